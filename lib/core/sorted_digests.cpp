// SPDX-License-Identifier: MIT
#include "core/sorted_digests.hpp"

#include <vitrine/core/error.hpp>

#include <algorithm>
#include <span>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

/// How many items of each part a walk reads at a time.
constexpr std::size_t kDigestsPerPiece = 1024;
/// More parts are merged into one, so that a walk never reads from more parts than this.
constexpr std::size_t kMaxParts = 64;

const std::filesystem::path kName = "a temporary file";

bool by_digest(const SortedDigests::Item& left, const SortedDigests::Item& right) {
    return left.digest < right.digest;
}

bool same_digest(const SortedDigests::Item& left, const SortedDigests::Item& right) {
    return left.digest == right.digest;
}

/// A file that is deleted as soon as it is closed.
FileDescriptor open_nameless() {
    FileSystem files;
    const TemporaryDirectory folder;
    return files.open_for_appending(folder.path() / "digests");
}

} // namespace

SortedDigests::SortedDigests(std::size_t memory)
    : limit_(std::max<std::size_t>(memory / sizeof(Item), 1)) {}

void SortedDigests::add(const Sha256& digest, std::uint64_t size) {
    if (!items_.empty()) {
        if (items_.back().digest == digest) {
            return;
        }
        sorted_ = sorted_ && items_.back().digest < digest;
    }
    items_.push_back({digest, size});
    if (items_.size() >= limit_) {
        // There may be many duplicates; removing them makes room.
        sort_memory();
        if (items_.size() > limit_ / 2) {
            spill();
        }
    }
}

void SortedDigests::clear() {
    items_.clear();
    sorted_ = true;
    parts_.clear();
    written_ = 0;
    file_.close();
}

void SortedDigests::sort_memory() {
    if (!sorted_) {
        std::sort(items_.begin(), items_.end(), by_digest);
        items_.erase(std::unique(items_.begin(), items_.end(), same_digest), items_.end());
        sorted_ = true;
    }
}

// ---- The file

void SortedDigests::spill() {
    if (!file_) {
        file_ = open_nameless();
    }
    if (parts_.size() == kMaxParts) {
        merge_parts();
    }
    const Part part{written_, items_.size()};
    write(items_);
    parts_.push_back(part);
    items_.clear();
}

void SortedDigests::write(const std::vector<Item>& items) {
    FileSystem files;
    files.write(file_, std::as_bytes(std::span(items)), kName);
    written_ += items.size();
}

/// Merges all parts of the file into one, in a new file.
void SortedDigests::merge_parts() {
    SortedDigests merged(limit_ * sizeof(Item));
    merged.file_ = open_nameless();
    const std::vector<Item> waiting = std::exchange(items_, {});
    std::vector<Item> piece;
    Walk walk(*this);
    while (const auto item = walk.next()) {
        piece.push_back(*item);
        if (piece.size() == kDigestsPerPiece) {
            merged.write(piece);
            piece.clear();
        }
    }
    merged.write(piece);
    file_ = std::move(merged.file_);
    written_ = merged.written_;
    parts_ = {{0, written_}};
    items_ = waiting;
}

std::size_t SortedDigests::read(std::uint64_t first, std::vector<Item>& items,
                                std::size_t count) const {
    items.resize(count);
    const auto bytes = std::as_writable_bytes(std::span(items));
    if (read_at(file_, bytes, first * sizeof(Item), kName) != bytes.size()) {
        throw IoError("read", kName, std::make_error_code(std::errc::io_error));
    }
    return count;
}

// ---- Walking

/// One sorted sequence: a part of the file, or what is in memory.
struct SortedDigests::Walk::Source {
    const SortedDigests* set;
    Part rest;               ///< of the file, not read yet
    std::vector<Item> piece; ///< unused for what is in memory
    std::span<const Item> items;

    bool fill() {
        if (items.empty() && rest.items > 0) {
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(rest.items, kDigestsPerPiece));
            set->read(rest.offset, piece, count);
            rest.offset += count;
            rest.items -= count;
            items = piece;
        }
        return !items.empty();
    }
};

SortedDigests::Walk::Walk(SortedDigests& set) : set_(set) {
    set.sort_memory();
    sources_.reserve(set.parts_.size() + 1);
    for (const Part& part : set.parts_) {
        sources_.push_back({&set_, part, {}, {}});
    }
    sources_.push_back({&set_, {}, {}, set.items_});
    for (std::size_t source = 0; source < sources_.size(); ++source) {
        push(source);
    }
}

SortedDigests::Walk::~Walk() = default;

bool SortedDigests::Walk::is_later(std::size_t left, std::size_t right) const {
    return sources_[right].items.front().digest < sources_[left].items.front().digest;
}

void SortedDigests::Walk::push(std::size_t source) {
    if (sources_[source].fill()) {
        heap_.push_back(source);
        std::push_heap(heap_.begin(), heap_.end(), [this](std::size_t left, std::size_t right) {
            return is_later(left, right);
        });
    }
}

std::optional<SortedDigests::Item> SortedDigests::Walk::next() {
    while (!heap_.empty()) {
        std::pop_heap(heap_.begin(), heap_.end(), [this](std::size_t left, std::size_t right) {
            return is_later(left, right);
        });
        const std::size_t source = heap_.back();
        heap_.pop_back();
        const Item item = sources_[source].items.front();
        sources_[source].items = sources_[source].items.subspan(1);
        push(source);
        if (item.digest != last_) {
            last_ = item.digest;
            return item;
        }
    }
    return std::nullopt;
}

void SortedDigests::for_each(const std::function<void(const Item&)>& visit) {
    Walk walk(*this);
    while (const auto item = walk.next()) {
        visit(*item);
    }
}

} // namespace vitrine
