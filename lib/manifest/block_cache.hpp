// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace vitrine {

/// The blocks of a segment in which paths were looked up last. Restoring the values of a table
/// looks up the same few paths again and again, and would read and hash a block each time.
///
/// Holds at most 64 blocks, a few hundred KiB. Safe to use from many threads.
class BlockCache {
public:
    /// The bytes of the block, or null.
    std::shared_ptr<const std::string> find(std::size_t block) {
        const std::lock_guard lock(mutex_);
        const Slot& slot = slots_[block % kSlots];
        return slot.block == block ? slot.bytes : nullptr;
    }

    void put(std::size_t block, std::shared_ptr<const std::string> bytes) {
        const std::lock_guard lock(mutex_);
        slots_[block % kSlots] = {block, std::move(bytes)};
    }

private:
    static constexpr std::size_t kSlots = 64;
    struct Slot {
        std::size_t block = 0;
        std::shared_ptr<const std::string> bytes;
    };
    std::mutex mutex_;
    std::array<Slot, kSlots> slots_;
};

} // namespace vitrine
