// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include <map>
#include <string>
#include <vector>

namespace vitrine::test {

/// An entry that has a different mixture of fields for each `variant`.
Entry make_entry(const std::string& path, unsigned variant);

/// The manifest with these entries.
Manifest manifest_of(const std::map<std::string, Entry>& contents);

/// All entries of a range, in its order.
std::vector<Entry> collect(EntryRange range);
/// Their paths.
std::vector<std::string> paths_of(EntryRange range);

} // namespace vitrine::test
