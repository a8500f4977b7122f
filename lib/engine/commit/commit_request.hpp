// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/engine/lineage.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "engine/store/open_version.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace vitrine {

/// How to find the files of a value: the paths that its JSON names.
struct FileMembers {
    /// The `_type`s whose JSON names files in these members only. Any string in the JSON of another
    /// type may name a file.
    std::set<std::string, std::less<>> types;
    /// The names of JSON members, at any depth, whose strings may name files or folders.
    std::set<std::string, std::less<>> members;
};

/// Everything about a version that a draft decides.
struct CommitRequest {
    std::string name;
    std::string type;
    std::string id; ///< raw bytes; drawn if empty
    Manifest manifest;
    Json metadata = Json::object();
    std::string description;
    std::vector<std::string> aliases; ///< moved here from other versions of the name
    std::string dialect;
    std::shared_ptr<const OpenVersion> base; ///< null for a draft that started empty
    std::optional<RunIdentity> run;          ///< the run that makes the version
    FileMembers file_members;
};

} // namespace vitrine
