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

/// The folder of a draft below staging/: files that are written and not yet objects. It is made
/// when the first file needs it. Safe to use from many threads.
class StagingFolder {
public:
    StagingFolder(std::filesystem::path folder, std::shared_ptr<FileSystem> files);

    /// Where an object's bytes are staged; the folders above are there afterwards.
    ///
    /// Files are spread over sixteen folders, since threads that create files in one folder wait
    /// for each other, and since the many folders of a larger fan-out cost more than they bring.
    std::filesystem::path path_of(const Sha256& object);
    /// A name that nothing has used, for bytes whose digest is not yet known.
    std::filesystem::path new_path();
    const std::filesystem::path& folder() const noexcept { return folder_; }

    /// Removes the folder with all that is left in it.
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
