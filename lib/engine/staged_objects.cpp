// SPDX-License-Identifier: MIT
#include "engine/staged_objects.hpp"

namespace vitrine {

void StagedObjects::stage_once(const Sha256& object, std::uint64_t size,
                               const std::function<void()>& write) {
    if (!claim(object, size)) {
        return;
    }
    try {
        write();
    } catch (...) {
        release(object, false);
        throw;
    }
    release(object, true);
}

/// True if the caller must write it.
bool StagedObjects::claim(const Sha256& object, std::uint64_t size) {
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto [item, inserted] = items_.try_emplace(object, Item{size, false});
        if (inserted) {
            return true;
        }
        if (item->second.written) {
            return false;
        }
        changed_.wait(lock);
    }
}

void StagedObjects::release(const Sha256& object, bool written) {
    const std::lock_guard lock(mutex_);
    if (written) {
        items_[object].written = true;
    } else {
        items_.erase(object);
    }
    changed_.notify_all();
}

std::optional<std::uint64_t> StagedObjects::find(const Sha256& object) const {
    const std::lock_guard lock(mutex_);
    const auto item = items_.find(object);
    if (item == items_.end() || !item->second.written) {
        return std::nullopt;
    }
    return item->second.size;
}

void StagedObjects::forget(const Sha256& object) {
    const std::lock_guard lock(mutex_);
    items_.erase(object);
}

void StagedObjects::clear() {
    const std::lock_guard lock(mutex_);
    items_.clear();
}

} // namespace vitrine
