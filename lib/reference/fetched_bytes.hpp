// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace vitrine {

/// A cache of the most recently fetched bytes, limited in size. Thread-safe.
class FetchedBytes {
public:
    explicit FetchedBytes(std::size_t room = std::size_t{64} << 20) : room_(room) {}

    /// Returns the bytes cached under `key`, or else calls `fetch` and caches its result. Two
    /// threads that miss the same key at once both fetch it.
    std::string get(const std::string& key, const std::function<std::string()>& fetch);

private:
    struct Item {
        std::string key;
        std::string bytes;
    };
    void keep(const std::string& key, const std::string& bytes);

    const std::size_t room_;
    std::mutex mutex_;
    // Guarded by mutex_.
    std::list<Item> items_; ///< the most recently used is first
    std::unordered_map<std::string, std::list<Item>::iterator> by_key_;
    std::size_t size_ = 0;
};

} // namespace vitrine
