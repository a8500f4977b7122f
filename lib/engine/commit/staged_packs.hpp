// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/checked_input.hpp"
#include "core/file_system.hpp"
#include "object/pack_file.hpp"
#include "object/staging_folder.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace vitrine {

/// The packs in a draft's staging folder. Threads that add at the same time fill different packs.
/// Safe to use from many threads, except seal, packs and clear, which only commit calls.
class StagedPacks {
public:
    /// Where an object is stored.
    struct Location {
        std::uint32_t pack = 0;   ///< number of the pack
        std::uint64_t offset = 0; ///< in bytes
    };
    /// A complete pack that waits to be published.
    struct Pack {
        std::filesystem::path path;
        SealedPack sealed;
    };

    /// `durable`: the packs will be flushed, so writing to disk begins early.
    StagedPacks(StagingFolder& folder, std::shared_ptr<FileSystem> files, bool durable);

    /// Appends an object that no pack contains yet. Throws: IoError.
    Location add(const Sha256& object, std::span<const std::byte> bytes);
    /// Opens an object of `size` bytes. Throws: IoError.
    std::unique_ptr<CheckedInput> open(const Sha256& object, std::uint64_t size, Location location);

    /// Completes all packs. If there are so few objects that a pack is not worthwhile, calls
    /// `stage_loose` with each instead and makes no pack. After an error it can be called again.
    /// Objects that are added later go to new packs.
    void seal(const std::function<void(const Sha256&, std::span<const std::byte>)>& stage_loose);
    /// All complete packs.
    const std::vector<Pack>& packs() const noexcept { return sealed_; }
    void clear();

private:
    /// A pack that is being written.
    struct Open {
        std::uint32_t number = 0;
        std::unique_ptr<PackWriter> writer;
    };
    struct Slot {
        std::mutex mutex;
        Open open; ///< without a writer at first
    };

    Slot& lock_slot(std::unique_lock<std::mutex>& lock);
    void start(Open& open);
    void finish(Open& open);
    bool are_few() const;
    std::filesystem::path readable_path(std::uint32_t pack);

    StagingFolder& folder_;
    std::shared_ptr<FileSystem> files_;
    bool durable_;
    std::vector<std::unique_ptr<Slot>> slots_;
    std::mutex mutex_;
    std::vector<std::filesystem::path> paths_; ///< by number; guarded by mutex_
    std::vector<Pack> sealed_;                 ///< guarded by mutex_
};

} // namespace vitrine
