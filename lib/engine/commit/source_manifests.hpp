// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "engine/engine.hpp"

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

/// What is known of one artifact that references lead into: its own manifest, if it is open, and
/// what others keep of it. All of them agree wherever they speak of one path.
class SourceManifest {
public:
    void add(std::string name, const Sha256& content, Manifest manifest);

    std::optional<Entry> find(const std::string& path);
    /// All entries below a folder.
    void for_each_below(const std::string& folder, const std::function<void(const Entry&)>& visit);

    const std::string& name() const noexcept { return name_; }
    /// The largest manifest known, and its content digest.
    const Manifest& largest() const;
    const Sha256& largest_content() const;

private:
    struct Part {
        Sha256 content;
        Manifest manifest;
    };

    void note_lookup();

    std::string name_;
    std::vector<Part> parts_; ///< the largest first
    std::uint64_t lookups_ = 0;
};

/// All artifacts in which a draft's references can be looked up, by id.
class SourceManifests {
public:
    /// Adds the version and all that it keeps.
    void add(const OpenVersion& version);
    /// Null if nothing is known of it.
    SourceManifest* find(const std::string& id);

private:
    std::map<std::string, SourceManifest> by_id_;
    std::set<Sha256> added_; ///< ids and contents, so that each manifest is taken once
};

} // namespace vitrine
