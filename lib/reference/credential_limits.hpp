// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace vitrine {

/// Temporary credentials are renewed this long before they expire.
inline constexpr std::chrono::minutes kExpiryMargin{5};
/// Outside the cloud there is no metadata service, and detecting that must not take long.
inline constexpr std::chrono::milliseconds kMetadataTimeout{1000};
inline constexpr int kMetadataAttempts = 1;

} // namespace vitrine
