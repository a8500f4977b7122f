// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/engine/lineage.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "core/file_names.hpp"
#include "engine/store/open_version.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

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
    /// Commits also if the name has another latest version than when the base was opened.
    bool allow_diverged = false;
    std::optional<RunIdentity> run; ///< the run that makes the version
    /// How to find the files of values of other versions that this one refers to. As it is: by
    /// every string of their JSON.
    FileMembers file_members;
};

} // namespace vitrine
