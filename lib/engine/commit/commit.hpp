// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>

#include "engine/commit/commit_request.hpp"
#include "engine/commit/draft_staging.hpp"
#include "engine/store/open_version.hpp"

#include <memory>

namespace vitrine {

/// Makes a draft a version and opens it; the order of all steps is written in commit.cpp. If the
/// latest version equals the draft, opens that one. The draft is finished on success and as it was
/// after an error. Throws: as Engine::commit.
std::shared_ptr<const OpenVersion> commit_draft(DraftStaging& draft, const CommitRequest& request,
                                                const ProgressOptions& progress);

} // namespace vitrine
