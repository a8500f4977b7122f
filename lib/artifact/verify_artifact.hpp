// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/verify.hpp>

namespace vitrine {

class ArtifactContent;

/// Reads all bytes of an artifact and of its sources; see Artifact::verify.
VerifyReport verify_artifact(const ArtifactContent& content, const ProgressOptions& progress);

} // namespace vitrine
