// SPDX-License-Identifier: MIT
// How files are staged, several at a time, so that one query of the catalogue serves all of them.
// Files that the stat cache knows are not read. Small files are read one after the other into one
// buffer, hashed together, and staged unless the store has them. Large files are staged while they
// are read.
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/commit/draft_staging.hpp"
#include "engine/store/stat_key.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Files up to this size are read whole.
constexpr std::size_t kSmallBytes = std::size_t{2} << 20U;
/// Bytes read before they are hashed and staged; one more byte shows that a file has grown.
constexpr std::size_t kBufferBytes = 4 * kSmallBytes + 1;

std::span<std::byte> batch_buffer() {
    thread_local const auto buffer = std::make_unique_for_overwrite<std::byte[]>(kBufferBytes);
    return {buffer.get(), kBufferBytes};
}

} // namespace

class DraftStaging::FileBatch {
public:
    FileBatch(DraftStaging& draft, const fs::path& folder, std::span<const std::string> files)
        : draft_(draft), folder_(folder), files_(files), results_(files.size()) {}

    std::vector<StoredBytes> stage_files(bool move) {
        find_known();
        for (std::size_t i = 0; i < files_.size(); ++i) {
            if (!results_[i]) {
                stage_file(i);
            }
        }
        stage_small();
        remember(move);
        std::vector<StoredBytes> stored;
        stored.reserve(results_.size());
        for (const auto& result : results_) {
            stored.push_back(*result);
        }
        return stored;
    }

private:
    /// A small file whose bytes are in the buffer.
    struct Small {
        std::size_t file;
        std::span<const std::byte> bytes;
        bool is_steady; ///< see was_steady
    };

    fs::path path_of(std::size_t i) const { return folder_ / files_[i]; }
    void find_known();
    void read_keys();
    void stage_file(std::size_t i);
    std::optional<std::span<const std::byte>> read_small(const FileDescriptor& file,
                                                         const fs::path& path, std::uint64_t size);
    /// Whether the stat cache may rely on the file's stat: it did not change while it was read, nor
    /// so shortly before that another change could have the same time.
    bool was_steady(std::size_t i, const FileDescriptor& file, std::int64_t start) const {
        return is_settled(*keys_[i], start) && stat_key(file, path_of(i)) == *keys_[i];
    }
    void keep(std::size_t i, const Digests& digests, bool is_steady);
    void stage_small();
    void remember(bool move);

    DraftStaging& draft_;
    const fs::path& folder_; ///< empty if `files_` are whole paths
    std::span<const std::string> files_;
    std::vector<std::optional<StatKey>> keys_;
    std::vector<std::optional<StoredBytes>> results_;
    std::vector<StatRow> stats_; ///< for the stat cache
    std::vector<Small> small_;   ///< not yet staged
    std::size_t used_ = 0;       ///< bytes of the buffer
};

std::vector<StoredBytes> DraftStaging::put_files(const fs::path& folder,
                                                 std::span<const std::string> files, bool move) {
    require_open();
    return FileBatch(*this, folder, files).stage_files(move);
}

/// Files are not opened for their stat: most files of a folder that is added again are known, and
/// opening a FIFO would wait for its writer.
void DraftStaging::FileBatch::read_keys() {
    keys_.reserve(files_.size());
    if (folder_.empty()) {
        for (const std::string& file : files_) {
            keys_.push_back(stat_key(file));
        }
        return;
    }
    const FileDescriptor folder = open_folder(folder_);
    for (const std::string& file : files_) {
        keys_.push_back(stat_key(folder, file, folder_));
    }
}

void DraftStaging::FileBatch::find_known() {
    read_keys();
    std::vector<StatKey> known;
    known.reserve(keys_.size());
    for (const auto& key : keys_) {
        if (key) {
            known.push_back(*key);
        }
    }
    const auto rows = draft_.store_->readers.borrow()->stats.find(known, draft_.epoch());
    auto row = rows.begin();
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (!keys_[i]) {
            continue;
        }
        if (*row) {
            results_[i] = StoredBytes{(*row)->sha256, (*row)->md5, keys_[i]->size};
        }
        ++row;
    }
}

void DraftStaging::FileBatch::stage_file(std::size_t i) {
    const fs::path path = path_of(i);
    const std::int64_t start = clock_now_ns();
    const FileDescriptor file = open_for_reading(path);
    keys_[i] = stat_key(file, path);
    if (const auto bytes = read_small(file, path, keys_[i]->size)) {
        small_.push_back({i, *bytes, was_steady(i, file, start)});
    } else {
        const Digests digests = draft_.put_large(file, path);
        keep(i, digests, was_steady(i, file, start));
    }
}

/// Returns nothing if the file is large, or has grown since its size was read.
std::optional<std::span<const std::byte>>
DraftStaging::FileBatch::read_small(const FileDescriptor& file, const fs::path& path,
                                    std::uint64_t size) {
    if (size > kSmallBytes) {
        return std::nullopt;
    }
    if (kBufferBytes - used_ <= size) {
        stage_small();
    }
    const std::span<std::byte> free = batch_buffer().subspan(used_);
    const std::size_t got = read_at(file, free.first(size + 1), 0, path);
    if (got > size) {
        return std::nullopt;
    }
    used_ += got;
    return free.first(got);
}

void DraftStaging::FileBatch::keep(std::size_t i, const Digests& digests, bool is_steady) {
    results_[i] = StoredBytes{digests.sha256, digests.md5, digests.size};
    if (is_steady) {
        stats_.push_back({*keys_[i], digests.sha256, digests.md5});
    }
}

void DraftStaging::FileBatch::stage_small() {
    if (small_.empty()) {
        return;
    }
    std::vector<std::span<const std::byte>> bytes;
    for (const Small& file : small_) {
        bytes.push_back(file.bytes);
    }
    const std::vector<Digests> digests = digests_of_each(bytes);
    std::vector<Sha256> objects;
    for (const Digests& file : digests) {
        objects.push_back(file.sha256);
    }
    const std::vector<bool> present =
        draft_.store_->readers.borrow()->objects.present(objects, draft_.epoch());
    for (std::size_t i = 0; i < small_.size(); ++i) {
        keep(small_[i].file, digests[i], small_[i].is_steady);
        if (!present[i]) {
            draft_.stage(small_[i].bytes, digests[i]);
        }
    }
    small_.clear();
    used_ = 0;
}

void DraftStaging::FileBatch::remember(bool move) {
    const std::lock_guard lock(draft_.mutex_);
    std::ranges::move(stats_, std::back_inserter(draft_.stats_));
    if (move) {
        for (std::size_t i = 0; i < files_.size(); ++i) {
            draft_.moved_.push_back({path_of(i), *keys_[i]});
        }
    }
}

} // namespace vitrine
