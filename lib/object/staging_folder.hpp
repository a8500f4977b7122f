// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

namespace vitrine {

/// The folder of a draft below staging/: files that are not objects yet. Created with its first
/// file. Safe to use from many threads.
class StagingFolder {
public:
    StagingFolder(std::filesystem::path folder, std::shared_ptr<FileSystem> files);

    /// The path for an object's bytes. Creates the folders above it. Throws: IoError.
    ///
    /// Files are spread over sixteen folders: threads that create files in one folder wait for each
    /// other, and more folders would cost more than they save.
    std::filesystem::path path_of(const Sha256& object);
    /// A path that was never returned before, for bytes whose digest is not known yet.
    /// Throws: IoError.
    std::filesystem::path new_path();
    const std::filesystem::path& folder() const noexcept { return folder_; }

    /// Removes the folder and everything in it. Throws: IoError.
    void drop();

private:
    static constexpr std::size_t kShards = 16;

    void make_shard(std::size_t shard);
    std::filesystem::path shard_folder(std::size_t shard) const;

    std::filesystem::path folder_;
    std::shared_ptr<FileSystem> files_;
    std::mutex mutex_;
    std::array<std::atomic<bool>, kShards> made_{};
    std::atomic<std::uint64_t> next_name_{0};
};

} // namespace vitrine
