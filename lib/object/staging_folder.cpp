// SPDX-License-Identifier: MIT
#include "object/staging_folder.hpp"

#include "core/hex.hpp"

#include <string>
#include <utility>

namespace vitrine {

namespace fs = std::filesystem;

StagingFolder::StagingFolder(fs::path folder, std::shared_ptr<FileSystem> files)
    : folder_(std::move(folder)), files_(std::move(files)) {}

fs::path StagingFolder::shard_folder(std::size_t shard) const {
    return folder_ / std::string(1, kLowerHexDigits[shard]);
}

void StagingFolder::make_shard(std::size_t shard) {
    if (made_[shard].load(std::memory_order_acquire)) {
        return;
    }
    const std::lock_guard lock(mutex_);
    if (!made_[shard].load(std::memory_order_relaxed)) {
        files_->create_directories(shard_folder(shard));
        made_[shard].store(true, std::memory_order_release);
    }
}

fs::path StagingFolder::path_of(const Sha256& object) {
    const std::size_t shard = object.bytes[0] >> 4U;
    make_shard(shard);
    return shard_folder(shard) / object.hex();
}

fs::path StagingFolder::new_path() {
    const std::uint64_t number = next_name_++;
    const std::size_t shard = number % kShards;
    make_shard(shard);
    return shard_folder(shard) / ("new-" + std::to_string(number));
}

void StagingFolder::drop() {
    const std::lock_guard lock(mutex_);
    files_->remove_all(folder_);
    for (auto& made : made_) {
        made.store(false, std::memory_order_release);
    }
}

} // namespace vitrine
