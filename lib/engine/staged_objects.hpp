// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace vitrine {

/// For hash tables: a SHA-256 is as random as a hash gets.
struct Sha256Hash {
    std::size_t operator()(const Sha256& digest) const noexcept {
        std::size_t value = 0;
        std::memcpy(&value, digest.bytes.data(), sizeof(value));
        return value;
    }
};

/// Which objects lie in a draft's staging folder, and their sizes. Two threads that bring the same
/// bytes write them once: the second waits for the first. Safe to use from many threads.
class StagedObjects {
public:
    /// Calls `write`, which must put the object's bytes where they are staged, unless another
    /// thread has done it. If it throws, nothing is staged, and a thread that waits tries itself.
    void stage_once(const Sha256& object, std::uint64_t size, const std::function<void()>& write);

    /// The size of an object that is staged.
    std::optional<std::uint64_t> find(const Sha256& object) const;
    /// Its file is gone.
    void forget(const Sha256& object);
    void clear();

private:
    struct Item {
        std::uint64_t size = 0;
        bool written = false;
    };

    bool claim(const Sha256& object, std::uint64_t size);
    void release(const Sha256& object, bool written);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::unordered_map<Sha256, Item, Sha256Hash> items_;
};

} // namespace vitrine
