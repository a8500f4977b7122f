// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include "core/file_names.hpp"
#include "engine/commit/draft_staging.hpp"
#include "engine/commit/source_manifests.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// Follows references into sources and collects the entries that they reach. What that includes is
/// written above dependencies.cpp. One thread.
class DependencyClosure {
public:
    using Entries = std::map<std::string, Entry>; ///< by path

    DependencyClosure(DraftStaging& draft, SourceManifests& sources, const FileMembers& files)
        : draft_(draft), sources_(sources), files_(files) {}

    /// Throws: InvalidFormat for a value whose JSON is none; Corruption, IoError, DatabaseError.
    void follow(const ArtifactUri& uri);

    /// What was reached so far, by the id of the source.
    std::map<std::string, Entries>& entries() { return entries_; }

private:
    using Location = std::pair<std::string, std::string>; ///< the id of a source, and a path in it
    using Names = std::set<std::string>;

    void push(const std::string& id, const std::string& path);
    void push_named(const std::string& id, SourceManifest& from, const std::string& name);
    SourceManifest* find_source(const std::string& id);
    void visit(const Location& location);
    Names names_in(const Entry& entry, SourceManifest& from);

    DraftStaging& draft_;
    SourceManifests& sources_;
    const FileMembers& files_;
    std::map<std::string, Entries> entries_;
    std::set<Location> seen_;
    std::vector<Location> pending_;
    std::set<std::string> looked_up_; ///< ids of sources that are not among sources_
};

/// The artifact reference that an entry is; nothing for another entry.
/// Throws: InvalidFormat for a malformed one, naming the entry.
std::optional<ArtifactUri> artifact_reference(std::string_view path, std::string_view ref);

} // namespace vitrine
