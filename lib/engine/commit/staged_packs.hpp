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

/// The packs of a draft that is not committed. Threads that add at once fill packs of their own.
/// Safe to use from many threads, but seal, packs and drop, which commit alone calls.
class StagedPacks {
public:
    /// Where an object lies among them.
    struct Place {
        std::uint32_t pack = 0;
        std::uint64_t offset = 0;
    };
    /// A pack that is written to its end and waits to be placed.
    struct Pack {
        std::filesystem::path path;
        SealedPack sealed;
    };

    /// `durable`: a flush will follow.
    StagedPacks(StagingFolder& folder, std::shared_ptr<FileSystem> files, bool durable);

    /// Appends an object that is in none of them yet. Throws: IoError.
    Place add(const Sha256& object, std::span<const std::byte> bytes);
    /// Opens an object of `size` bytes. Throws: IoError.
    std::unique_ptr<CheckedInput> open(const Sha256& object, std::uint64_t size, Place place);

    /// Writes all packs to their ends. Where there are so few objects that a pack is not worth its
    /// while, they are handed to `stage_loose` instead, and there is no pack of them. What fails
    /// can be tried again. Objects that are added after that go to new packs.
    void seal(const std::function<void(const Sha256&, std::span<const std::byte>)>& stage_loose);
    /// All that are sealed.
    const std::vector<Pack>& packs() const noexcept { return sealed_; }
    void clear();

private:
    /// A pack that is being written, and the number of places in it.
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
