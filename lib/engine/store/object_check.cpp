// SPDX-License-Identifier: MIT
#include "engine/store/object_check.hpp"

#include "core/file_system.hpp"
#include "core/linkless.hpp"
#include "core/parallel.hpp"
#include "engine/store/progress.hpp"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <numeric>
#include <span>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// At most this much of a pack is read at once, so that it is hashed while it is still in the
/// processor's cache.
constexpr std::uint64_t kWindow = std::uint64_t{512} << 10U;
/// At most this many loose objects are given to a thread at once.
constexpr std::size_t kLooseInUnit = 64;
constexpr std::uint64_t kCheckBytes = std::uint64_t{1} << 20U;

using Order = std::vector<std::uint32_t>;

/// Items of one pack, or loose items, that one thread reads one after the other.
struct Unit {
    std::size_t first; ///< in the order
    std::size_t last;
};

/// Loose objects come first, by name, which is also the order of their folders; then each pack from
/// its start to its end.
Order reading_order(const std::vector<CheckItem>& items) {
    Order order(items.size());
    std::iota(order.begin(), order.end(), 0U);
    parallel_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::tuple(items[a].pack, items[a].offset, items[a].object) <
               std::tuple(items[b].pack, items[b].offset, items[b].object);
    });
    return order;
}

std::uint64_t end_of(const CheckItem& item) {
    return item.offset + item.size;
}

/// Whether an item can be read together with the `count` items that begin with `first`.
bool belongs(const CheckItem& first, const CheckItem& item, std::size_t count,
             std::uint64_t bytes) {
    if (item.pack != first.pack) {
        return false;
    }
    if (item.pack == CheckItem::kLoose) {
        return count < kLooseInUnit && bytes < kWindow;
    }
    return end_of(item) - first.offset <= kWindow;
}

std::vector<Unit> split(const std::vector<CheckItem>& items, const Order& order) {
    std::vector<Unit> units;
    for (std::size_t i = 0; i < order.size();) {
        const std::size_t first = i;
        std::uint64_t bytes = items[order[first]].size;
        for (++i;
             i < order.size() && belongs(items[order[first]], items[order[i]], i - first, bytes);
             ++i) {
            bytes += items[order[i]].size;
        }
        units.push_back({first, i});
    }
    return units;
}

Problem problem_with(const CheckItem& item, const Sha256& actual) {
    return actual == item.object
               ? std::nullopt
               : Problem(concat("expected ", item.object.hex(), ", got ", actual.hex()));
}

Problem check_loose(const ObjectStore& objects, const CheckItem& item) {
    Problem problem = problem_of([&] {
        objects.check({item.object, item.size, ObjectLocation::Holder::Loose, item.object, 0});
    });
    std::error_code error;
    if (problem && !fs::exists(objects.loose_path(item.object), error) && !error) {
        return kMissing;
    }
    return problem;
}

/// Reads one object of a pack by itself, in pieces.
Problem check_packed(const FileDescriptor& file, const fs::path& path, const CheckItem& item) {
    thread_local Hasher hasher(Hash::Sha256);
    thread_local std::vector<std::byte> piece(kCheckBytes);
    hasher.reset();
    return problem_of([&] {
        for (std::uint64_t done = 0; done < item.size;) {
            const auto wanted = std::span(piece).first(std::min(kCheckBytes, item.size - done));
            const std::size_t read = read_at(file, wanted, item.offset + done, path);
            hasher.update(wanted.first(read));
            done += read;
            if (read < wanted.size()) {
                break; // the pack is truncated, so the digest differs
            }
        }
        if (const Problem problem = problem_with(item, hasher.finish().sha256)) {
            throw Error(ErrorCode::Corruption, *problem);
        }
    });
}

using Found = std::vector<std::pair<std::size_t, std::string>>;

/// Reads the items of a unit with one call.
void check_window(const FileDescriptor& file, const fs::path& path,
                  const std::vector<CheckItem>& items, std::span<const std::uint32_t> unit,
                  Found& found) {
    thread_local std::vector<std::byte> window;
    const std::uint64_t start = items[unit.front()].offset;
    std::uint64_t end = start;
    for (const std::uint32_t i : unit) {
        end = std::max(end, end_of(items[i]));
    }
    window.resize(std::max<std::size_t>(window.size(), end - start));
    std::size_t read = 0;
    const Problem unreadable = problem_of(
        [&] { read = read_at(file, std::span(window).first(end - start), start, path); });
    for (const std::uint32_t i : unit) {
        const CheckItem& item = items[i];
        // If a part of the window cannot be read, each object is read by itself.
        Problem problem =
            unreadable || end_of(item) - start > read
                ? check_packed(file, path, item)
                : problem_with(item, sha256_of(std::span<const std::byte>(window).subspan(
                                         item.offset - start, item.size)));
        if (problem) {
            found.emplace_back(i, std::move(*problem));
        }
    }
}

void check_pack_unit(const fs::path& path, const std::vector<CheckItem>& items,
                     std::span<const std::uint32_t> unit, Found& found) {
    FileDescriptor file;
    const Problem unreadable = problem_of([&] { file = open_linkless(path); });
    if (unreadable) {
        std::error_code error;
        const bool missing = !fs::exists(path, error) && !error;
        for (const std::uint32_t i : unit) {
            found.emplace_back(i, missing ? std::string(kMissing) : *unreadable);
        }
    } else if (end_of(items[unit.back()]) - items[unit.front()].offset > kWindow) {
        for (const std::uint32_t i : unit) {
            if (Problem problem = check_packed(file, path, items[i])) {
                found.emplace_back(i, std::move(*problem));
            }
        }
    } else {
        check_window(file, path, items, unit, found);
    }
}

} // namespace

void ObjectCheck::compare(const std::vector<CheckItem>& items, const std::vector<Sha256>& packs,
                          const std::function<void(std::size_t, std::string)>& found) {
    const Order order = reading_order(items);
    const std::vector<Unit> units = split(items, order);
    std::mutex mutex;
    const auto check_unit = [&](const Unit& unit, Found& problems, std::uint64_t& bytes) {
        const auto positions = std::span(order).subspan(unit.first, unit.last - unit.first);
        const std::uint32_t pack = items[positions.front()].pack;
        for (const std::uint32_t i : positions) {
            bytes += items[i].size;
        }
        if (pack != CheckItem::kLoose) {
            check_pack_unit(objects_.pack_path(packs[pack - 1]), items, positions, problems);
            return;
        }
        for (const std::uint32_t i : positions) {
            check_stop(progress_);
            if (Problem problem = check_loose(objects_, items[i])) {
                problems.emplace_back(i, std::move(*problem));
            }
        }
    };
    parallel_for(units.size(), [&](std::size_t i) {
        check_stop(progress_);
        Found problems;
        std::uint64_t bytes = 0;
        check_unit(units[i], problems, bytes);
        const std::lock_guard lock(mutex);
        for (auto& [item, problem] : problems) {
            found(item, std::move(problem));
        }
        done_ += units[i].last - units[i].first;
        bytes_ += bytes;
        report_progress(progress_, {activity_, done_, total_, bytes_});
    });
}

} // namespace vitrine
