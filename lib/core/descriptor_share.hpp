// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace vitrine {

/// Returns how many files one cache may keep open: an eighth of those that the process may have
/// open, at least one and at most `most`.
std::size_t descriptor_share(std::size_t most);

} // namespace vitrine
