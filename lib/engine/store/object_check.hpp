// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/progress.hpp>

#include "engine/store/problem.hpp"
#include "object/object_store.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// An object to read and compare, in 56 bytes.
struct CheckItem {
    static constexpr std::uint32_t kLoose = 0;

    Sha256 object;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;
    std::uint32_t pack = kLoose; ///< or the position of its pack in a list of packs, from 1
};

/// Reads objects and compares them with their names, with all cores. Each file is read from its
/// start to its end.
class ObjectCheck {
public:
    ObjectCheck(const ObjectStore& objects, std::string_view activity,
                const ProgressOptions& progress)
        : objects_(objects), activity_(activity), progress_(progress) {}

    /// Sets the number of objects of all calls together, for the progress; unknown if not set.
    void expect(std::uint64_t objects) { total_ = objects; }

    /// Compares all items. Calls `found`, one call at a time, with the position of each item whose
    /// bytes are wrong, and with what is wrong. Throws: Cancelled.
    void compare(const std::vector<CheckItem>& items, const std::vector<Sha256>& packs,
                 const std::function<void(std::size_t, std::string)>& found);

    std::uint64_t objects() const noexcept { return done_; } ///< read so far
    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    const ObjectStore& objects_;
    std::string_view activity_;
    const ProgressOptions& progress_;
    std::uint64_t total_ = 0;
    std::uint64_t done_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace vitrine
