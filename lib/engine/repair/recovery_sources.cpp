// SPDX-License-Identifier: MIT
#include "engine/repair/recovery_sources.hpp"

#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/parallel.hpp"
#include "engine/store/problem.hpp"
#include "engine/store/progress.hpp"
#include "manifest/manifest_file.hpp"
#include "object/pack_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// At most this many files are listed before they are read.
constexpr std::size_t kFilesPerPortion = 4096;
constexpr std::uint64_t kMaxFoundManifestBytes = std::uint64_t{64} << 20U;

bool less(const RecoverySource& a, const Sha256& object) {
    return a.object < object;
}

} // namespace

void RecoverySources::add_folder(const fs::path& folder, const DigestSet& known,
                                 const ProgressOptions& progress, std::vector<std::string>& notes) {
    std::error_code error;
    fs::recursive_directory_iterator item(folder, error);
    if (error) {
        throw IoError("read folder", folder, error);
    }
    std::vector<Found> portion;
    const auto take = [&] {
        read_files(portion, progress);
        for (const Found& found : portion) {
            if (found.problem.empty()) {
                add(found, known);
            } else {
                notes.push_back(concat("not read: ", found.problem));
            }
        }
        portion.clear();
    };
    for (const fs::recursive_directory_iterator end; item != end;) {
        check_stop(progress);
        std::error_code ignored;
        if (item->is_regular_file(ignored)) {
            portion.push_back({item->path(), {}, 0, {}});
        } else if (item->is_directory(ignored) && !item->is_symlink(ignored) &&
                   ::access(item->path().c_str(), R_OK | X_OK) != 0) {
            notes.push_back(concat("not read: folder ", quoted(item->path().native())));
            item.disable_recursion_pending();
        }
        if (portion.size() == kFilesPerPortion) {
            take();
        }
        item.increment(error);
        if (error) {
            throw IoError("read folder", folder, error);
        }
    }
    take();
}

void RecoverySources::read_files(std::vector<Found>& found, const ProgressOptions& progress) {
    std::mutex mutex;
    parallel_for(found.size(), [&](std::size_t i) {
        check_stop(progress);
        Found& item = found[i];
        thread_local Hasher hasher(Hash::Sha256);
        hasher.reset();
        const Problem problem = problem_of([&] {
            const FileDescriptor file = open_for_reading(item.path);
            item.size = read_in_pieces(
                file, item.path, [](std::span<const std::byte> piece) { hasher.update(piece); });
            item.digest = hasher.finish().sha256;
        });
        item.problem = problem.value_or("");
        const std::lock_guard lock(mutex);
        bytes_read_ += item.size;
        report_progress(progress, {"looking for lost bytes", ++files_read_, 0, bytes_read_});
    });
}

void RecoverySources::add(const Found& found, const DigestSet& known) {
    if (found.path.extension() == ".manifest") {
        add_manifest(found);
    } else if (found.path.extension() == ".pack") {
        add_pack(found, known);
    }
    if (!known.contains(found.digest)) {
        sources_.push_back(
            {found.digest, 0, found.size, static_cast<std::uint32_t>(files_.size()), true});
        files_.push_back(found.path);
    }
}

void RecoverySources::add_pack(const Found& found, const DigestSet& known) {
    // Any file may have this extension; one that is not a pack is a file like others.
    static_cast<void>(problem_of([&] {
        const PackReader pack(found.path);
        for (const PackItem& item : pack.items()) {
            if (!known.contains(item.object)) {
                add_part(item.object, found.path, item.offset, item.size);
            }
        }
    }));
}

void RecoverySources::add_manifest(const Found& found) {
    static_cast<void>(problem_of([&] {
        const std::string text = read_file(found.path, kMaxFoundManifestBytes);
        manifests_[ManifestFile::parse(text).content].insert(found.digest);
    }));
}

void RecoverySources::add_part(const Sha256& object, const fs::path& path, std::uint64_t offset,
                               std::uint64_t size) {
    if (files_.empty() || files_.back() != path) {
        files_.push_back(path);
    }
    sources_.push_back(
        {object, offset, size, static_cast<std::uint32_t>(files_.size() - 1), false});
}

void RecoverySources::seal() {
    std::stable_sort(
        sources_.begin(), sources_.end(),
        [](const RecoverySource& a, const RecoverySource& b) { return a.object < b.object; });
}

std::span<const RecoverySource> RecoverySources::find(const Sha256& object) const {
    const auto first = std::lower_bound(sources_.begin(), sources_.end(), object, less);
    auto last = first;
    while (last != sources_.end() && last->object == object) {
        ++last;
    }
    return {first, last};
}

std::vector<Sha256> RecoverySources::manifests_of(const Sha256& content) const {
    const auto found = manifests_.find(content);
    return found == manifests_.end()
               ? std::vector<Sha256>()
               : std::vector<Sha256>(found->second.begin(), found->second.end());
}

} // namespace vitrine
