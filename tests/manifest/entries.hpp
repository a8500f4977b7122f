// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include <string>
#include <vector>

namespace vitrine::test {

/// An entry that has a different mixture of fields for each `variant`.
Entry make_entry(const std::string& path, unsigned variant);

/// All entries of a range, in its order.
std::vector<Entry> collect(EntryRange range);
/// Their paths.
std::vector<std::string> paths_of(EntryRange range);

} // namespace vitrine::test
