// SPDX-License-Identifier: MIT
#pragma once

#include "engine/commit/dependencies.hpp"
#include "engine/commit/staged_draft.hpp"
#include "engine/store/open_store.hpp"

#include <string>
#include <vector>

namespace vitrine {

struct CommittedVersion {
    VersionRow row;
    std::vector<std::string> aliases;
};

/// Makes a draft a version; the order of all steps stands in commit.cpp. On success the draft is
/// finished, on an error it is as it was. Throws: as Engine::commit.
CommittedVersion commit_draft(OpenStore& store, StagedDraft& draft, const CommitRequest& request,
                              const OpenById& open_by_id, const ProgressOptions& progress);

} // namespace vitrine
