// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace vitrine {

/// The bytes that were fetched last, as many as have room in memory. Safe to use from many
/// threads.
class FetchedBytes {
public:
    explicit FetchedBytes(std::size_t room = std::size_t{64} << 20) : room_(room) {}

    /// What is kept under `key`, else what `fetch` gives, which is kept then. Two threads that
    /// miss the same at once both fetch it.
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
    std::list<Item> items_; ///< the one used last is first
    std::unordered_map<std::string, std::list<Item>::iterator> places_;
    std::size_t size_ = 0;
};

} // namespace vitrine
