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

/// An object that is to be read and compared, in 56 bytes.
struct CheckItem {
    static constexpr std::uint32_t kLoose = 0;

    Sha256 object;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;
    std::uint32_t pack = kLoose; ///< or the place of its pack in the list of packs, from 1
};

/// Reads objects with all cores, and each file from its start to its end.
class ObjectCheck {
public:
    ObjectCheck(const ObjectStore& objects, std::string_view activity,
                const ProgressOptions& progress)
        : objects_(objects), activity_(activity), progress_(progress) {}

    /// How many objects there will be in all, for the progress; unknown unless it is said.
    void expect(std::uint64_t objects) { total_ = objects; }

    /// Compares all items. Calls `found`, one call at a time, with the place of each item that is
    /// not what it should be. Throws: Cancelled.
    void run(const std::vector<CheckItem>& items, const std::vector<Sha256>& packs,
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
