// SPDX-License-Identifier: MIT
#include "reference/fetched_bytes.hpp"

namespace vitrine {

std::string FetchedBytes::get(const std::string& key, const std::function<std::string()>& fetch) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = by_key_.find(key); found != by_key_.end()) {
            items_.splice(items_.begin(), items_, found->second);
            return found->second->bytes;
        }
    }
    std::string bytes = fetch();
    keep(key, bytes);
    return bytes;
}

void FetchedBytes::keep(const std::string& key, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    if (bytes.size() > room_ || by_key_.contains(key)) {
        return;
    }
    items_.push_front({key, bytes});
    by_key_[key] = items_.begin();
    size_ += bytes.size();
    while (size_ > room_) {
        size_ -= items_.back().bytes.size();
        by_key_.erase(items_.back().key);
        items_.pop_back();
    }
}

} // namespace vitrine
