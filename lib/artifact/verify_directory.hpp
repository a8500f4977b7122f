// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/verify.hpp>

#include <filesystem>

namespace vitrine {

class ArtifactContent;

/// Compares the files of a directory with the entries of an artifact; see
/// Artifact::verify_directory.
VerifyReport verify_directory(const ArtifactContent& content,
                              const std::filesystem::path& directory,
                              const ProgressOptions& progress);

} // namespace vitrine
