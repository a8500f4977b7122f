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

/// An object that lies in a draft's staging folder.
struct StagedObject {
    std::uint64_t size = 0;
    std::optional<StagedPacks::Place> packed; ///< absent for a file of its own
};

/// Which objects lie in a draft's staging folder, and where. Two threads that bring the same
/// bytes write them once: the second waits for the first. Safe to use from many threads.
class StagedObjects {
public:
    /// Puts the object's bytes where they are staged; gives their place in a pack, or nothing for
    /// a file of its own.
    using Write = std::function<std::optional<StagedPacks::Place>()>;

    /// Calls `write`, unless another thread has done it. If it throws, nothing is staged, and a
    /// thread that waits tries itself.
    void stage_once(const Sha256& object, std::uint64_t size, const Write& write);

    std::optional<StagedObject> find(const Sha256& object) const;
    /// The object, which was to lie in a pack, lies in a file of its own.
    void set_loose(const Sha256& object);
    void clear();

private:
    struct Item {
        StagedObject object;
        bool written = false;
    };

    bool claim(const Sha256& object, std::uint64_t size);
    void abandon(const Sha256& object);
    void settle(const Sha256& object, std::optional<StagedPacks::Place> packed);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::unordered_map<Sha256, Item, Sha256Hash> items_;
};

} // namespace vitrine
