// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/digest_hash.hpp"
#include "engine/commit/staged_packs.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace vitrine {

/// An object in a draft's staging folder.
struct StagedObject {
    std::uint64_t size = 0;
    std::optional<StagedPacks::Location> packed; ///< absent if it is in a file of its own
};

/// The objects in a draft's staging folder. If two threads stage the same bytes, one writes them
/// and the other waits. Safe to use from many threads.
class StagedObjects {
public:
    /// Writes the object's bytes. Returns their location in a pack, or nothing if they are in a
    /// file of their own.
    using Write = std::function<std::optional<StagedPacks::Location>()>;

    /// Calls `write` unless the object is staged. If `write` throws, the object is not staged, and
    /// a waiting thread calls its own.
    void stage_once(const Sha256& object, std::uint64_t size, const Write& write);

    std::optional<StagedObject> find(const Sha256& object) const;
    /// Records that the object is in a file of its own, and no longer in a pack.
    void set_loose(const Sha256& object);
    void clear();

private:
    struct Item {
        StagedObject object;
        bool written = false;
    };

    bool claim(const Sha256& object, std::uint64_t size);
    void abandon(const Sha256& object);
    void set_written(const Sha256& object, std::optional<StagedPacks::Location> packed);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::unordered_map<Sha256, Item, Sha256Hash> items_;
};

} // namespace vitrine
