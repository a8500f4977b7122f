// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstdint>

namespace vitrine {

/// The default of StoreOptions::pack_limit, in bytes.
inline constexpr std::uint64_t kDefaultPackLimit = std::uint64_t{64} << 10U;
/// The greatest pack limit, in bytes.
inline constexpr std::uint64_t kMaxPackLimit = std::uint64_t{1} << 20U;

/// What a commit promises. Chosen when a store is created; it does not change afterwards.
enum class Durability {
    safe, ///< when commit returns, the version survives a power cut
    fast, ///< nothing is flushed: versions survive a crash of the process, not of the machine
};

} // namespace vitrine
