// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The alias that every latest version has.
inline constexpr std::string_view kLatest = "latest";

/// A parsed reference: "name", "name:latest", "name:v3" or "name:alias".
struct VersionReference {
    std::string name;
    std::optional<std::uint64_t> number; ///< of "v3"
    std::string alias;                   ///< empty for a number, and for the latest version

    bool is_latest() const { return !number && alias.empty(); }
};

/// Throws: InvalidArgument if the text is not a reference.
VersionReference parse_reference(std::string_view text);

/// "name:v3".
std::string version_name(std::string_view name, std::uint64_t number);

/// Throws InvalidArgument if an alias is empty or longer than 128 bytes, contains '/', ':' or a
/// control character, is not UTF-8, is "latest" or looks like "v3".
void require_alias(std::string_view alias);

/// The number of the live version that is referenced.
/// Throws: NotFound, which lists the names, versions and aliases that there are.
std::uint64_t find_number(Catalog& catalog, const VersionReference& reference);

/// The row of the live version that is referenced. Throws: NotFound.
VersionRow find_referenced(Catalog& catalog, const VersionReference& reference);

/// All aliases of a version, sorted; "latest" is the first if it is the latest version.
std::vector<std::string> aliases_of(Catalog& catalog, std::string_view name, std::uint64_t number);

} // namespace vitrine
