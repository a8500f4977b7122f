// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "catalog/rows.hpp"
#include "engine/store/live_set.hpp"
#include "engine/store/open_version.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace vitrine {

/// Which bytes a store can give back, so that a file with these bytes may be replaced: those of an
/// object that has a row without damage and its file, and that a living version reaches. An object
/// that only waits for gc is not given back.
///
/// The digests that the versions of the checkout's name reach are collected when the first is asked
/// for, those of all versions only if that does not answer; 32 bytes of memory for each. Safe to
/// use from many threads.
class GivenBack {
public:
    /// Nothing is given back where there is no version: content that comes from no store.
    explicit GivenBack(std::shared_ptr<const OpenVersion> version) : version_(std::move(version)) {}

    /// Throws: IoError; DatabaseError.
    bool has(const Sha256& object);
    /// The digests of files in these states, as far as the stat cache knows them. Throws:
    /// DatabaseError.
    std::vector<std::optional<Sha256>> known_digests(std::span<const StatKey> keys) const;

private:
    using Objects = std::vector<Sha256>; ///< ascending

    bool is_reached(const Sha256& object);
    bool is_stored(const Sha256& object) const;
    Objects reached_by(const LiveSet::Choose& choose) const;

    std::shared_ptr<const OpenVersion> version_;
    std::mutex mutex_;
    std::optional<Objects> of_name_; ///< guarded by mutex_, as the next
    std::optional<Objects> of_all_;
};

} // namespace vitrine
