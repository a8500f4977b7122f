// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "engine/store/open_version.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// What is known of one source: its own manifest, if a version of it is open, and the manifests
/// that other versions have of it as a dependency. If several contain a path, their entries are
/// equal.
class SourceManifest {
public:
    void add(std::string name, const Sha256& content, Manifest manifest);

    std::optional<Entry> find(const std::string& path);
    /// Calls `visit` with all entries below a folder.
    void for_each_below(const std::string& folder, const std::function<void(const Entry&)>& visit);

    const std::string& name() const noexcept { return name_; }
    /// The known manifest with the most entries, and its content digest.
    const Manifest& largest() const;
    const Sha256& largest_content() const;

private:
    struct Part {
        Sha256 content;
        Manifest manifest;
    };

    void count_lookup();

    std::string name_;
    std::vector<Part> parts_; ///< those with the most entries first
    std::uint64_t lookups_ = 0;
};

/// The sources in which a draft's references can be looked up, by id.
class SourceManifests {
public:
    /// Adds the version and its dependencies.
    void add(const OpenVersion& version);
    /// Returns null if nothing is known of the source.
    SourceManifest* find(const std::string& id);

private:
    std::map<std::string, SourceManifest> by_id_;
    std::set<Sha256> added_; ///< digests of (id, content) pairs, so that each is added once
};

} // namespace vitrine
