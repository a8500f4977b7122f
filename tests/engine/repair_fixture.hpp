// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine_fixture.hpp"
#include "engine/store/store_layout.hpp"
#include "support/working_folder.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace vitrine::test {

inline const Contents kFirst = {{"a", "alpha"}, {"b/c", "gamma"}};
inline const Contents kSecond = {{"a", "alpha"}, {"b/c", "changed"}, {"d", "delta"}};
inline const Contents kOther = {{"e", "epsilon"}, {"f", "alpha"}};

inline const std::map<std::string, Contents> kAll = {
    {"x:v0", kFirst}, {"x:v1", kSecond}, {"y:v0", kOther}};

/// The beginning of a report if the catalogue is missing.
inline const std::string kMissingCatalog =
    "note: not used: catalogue 'STORE/catalog.sqlite' is missing\n";

StoreLayout layout_of(const StoreFolder& folder);

/// Makes two versions of x, one of y, a W&B run, and aliases. A third version of x is removed, so
/// that only the head has the next number.
void fill(const StoreFolder& folder);

void remove_catalog(const StoreFolder& folder);

std::filesystem::path loose_file(const StoreFolder& folder, std::string_view bytes);
ManifestRow manifest_of(const StoreFolder& folder, const std::string& reference);
std::filesystem::path manifest_file(const StoreFolder& folder, const std::string& reference);
/// The newest segment of its manifest.
std::filesystem::path segment_file(const StoreFolder& folder, const std::string& reference);

/// The lines of a report, with SHA for digests and STORE for the store's folder.
std::string text_of(const RepairReport& report, const StoreFolder& folder);

/// All versions and their contents; LOST for an entry whose bytes are lost.
std::map<std::string, Contents> versions_of(Engine& engine);

/// Checks after a repair that gc works, that a commit gets an unused number, and that another
/// repair finds nothing new.
void check_goes_on(const StoreFolder& folder, const std::map<std::string, Contents>& expected);

} // namespace vitrine::test
