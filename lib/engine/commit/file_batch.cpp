// SPDX-License-Identifier: MIT
// How files come into a draft, several at a time, so that the catalogue is asked once for all of
// them: those that the stat cache knows are not read; small ones are read one after the other into
// one buffer, hashed together, and staged unless the store has them; large ones are staged while
// they are read.
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/commit/staged_draft.hpp"
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
/// So much is read before it is hashed and staged. One more byte shows that a file has grown.
constexpr std::size_t kBufferBytes = 4 * kSmallBytes + 1;

std::span<std::byte> batch_buffer() {
    thread_local const auto buffer = std::make_unique_for_overwrite<std::byte[]>(kBufferBytes);
    return {buffer.get(), kBufferBytes};
}

} // namespace

class StagedDraft::FileBatch {
public:
    FileBatch(StagedDraft& draft, const fs::path& folder, std::span<const std::string> files)
        : draft_(draft), folder_(folder), files_(files), results_(files.size()) {}

    std::vector<StoredBytes> run(bool move) {
        look();
        for (std::size_t i = 0; i < files_.size(); ++i) {
            if (!results_[i]) {
                bring(i);
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
    /// A small file whose bytes lie in the buffer.
    struct Small {
        std::size_t file;
        std::span<const std::byte> bytes;
        bool is_steady; ///< see was_steady
    };

    fs::path path_of(std::size_t i) const { return folder_ / files_[i]; }
    void look();
    void read_keys();
    void bring(std::size_t i);
    std::optional<std::span<const std::byte>> read_small(const FileDescriptor& file,
                                                         const fs::path& path, std::uint64_t size);
    /// Whether the file may be known by its stat: it was not changed while it was read, nor so
    /// shortly before that another change could bear the same time.
    bool was_steady(std::size_t i, const FileDescriptor& file, std::int64_t start) const {
        return is_settled(*keys_[i], start) && stat_key(file, path_of(i)) == *keys_[i];
    }
    void keep(std::size_t i, const Digests& digests, bool is_steady);
    void stage_small();
    void remember(bool move);

    StagedDraft& draft_;
    const fs::path& folder_; ///< empty: the files have paths of their own
    std::span<const std::string> files_;
    std::vector<std::optional<StatKey>> keys_;
    std::vector<std::optional<StoredBytes>> results_;
    std::vector<StatRow> stats_; ///< learned
    std::vector<Small> small_;   ///< not yet staged
    std::size_t used_ = 0;       ///< of the buffer
};

std::vector<StoredBytes> StagedDraft::put_files(const fs::path& folder,
                                                std::span<const std::string> files, bool move) {
    require_open();
    return FileBatch(*this, folder, files).run(move);
}

/// The names are asked before they are opened: most files of a folder that is added again are
/// known, and to open a FIFO would wait for its writer.
void StagedDraft::FileBatch::read_keys() {
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

void StagedDraft::FileBatch::look() {
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

void StagedDraft::FileBatch::bring(std::size_t i) {
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

/// Nothing if it is large, or has grown since its size was asked.
std::optional<std::span<const std::byte>>
StagedDraft::FileBatch::read_small(const FileDescriptor& file, const fs::path& path,
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

void StagedDraft::FileBatch::keep(std::size_t i, const Digests& digests, bool is_steady) {
    results_[i] = StoredBytes{digests.sha256, digests.md5, digests.size};
    if (is_steady) {
        stats_.push_back({*keys_[i], digests.sha256, digests.md5});
    }
}

void StagedDraft::FileBatch::stage_small() {
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

void StagedDraft::FileBatch::remember(bool move) {
    const std::lock_guard lock(draft_.mutex_);
    std::ranges::move(stats_, std::back_inserter(draft_.stats_));
    if (move) {
        for (std::size_t i = 0; i < files_.size(); ++i) {
            draft_.moved_.push_back({path_of(i), *keys_[i]});
        }
    }
}

} // namespace vitrine
