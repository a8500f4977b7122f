// SPDX-License-Identifier: MIT
#include "engine/commit/staged_objects.hpp"

namespace vitrine {

void StagedObjects::stage_once(const Sha256& object, std::uint64_t size, const Write& write) {
    if (!claim(object, size)) {
        return;
    }
    std::optional<StagedPacks::Location> packed;
    try {
        packed = write();
    } catch (...) {
        abandon(object);
        throw;
    }
    set_written(object, packed);
}

/// Returns true if the caller must write the object; waits for another thread that writes it.
bool StagedObjects::claim(const Sha256& object, std::uint64_t size) {
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto [item, inserted] = items_.try_emplace(object, Item{{size, std::nullopt}, false});
        if (inserted) {
            return true;
        }
        if (item->second.written) {
            return false;
        }
        changed_.wait(lock);
    }
}

void StagedObjects::abandon(const Sha256& object) {
    const std::lock_guard lock(mutex_);
    items_.erase(object);
    changed_.notify_all();
}

void StagedObjects::set_written(const Sha256& object, std::optional<StagedPacks::Location> packed) {
    const std::lock_guard lock(mutex_);
    Item& item = items_[object];
    item.object.packed = packed;
    item.written = true;
    changed_.notify_all();
}

std::optional<StagedObject> StagedObjects::find(const Sha256& object) const {
    const std::lock_guard lock(mutex_);
    const auto item = items_.find(object);
    if (item == items_.end() || !item->second.written) {
        return std::nullopt;
    }
    return item->second.object;
}

void StagedObjects::set_loose(const Sha256& object) {
    const std::lock_guard lock(mutex_);
    items_.at(object).object.packed.reset();
}

void StagedObjects::clear() {
    const std::lock_guard lock(mutex_);
    items_.clear();
}

} // namespace vitrine
