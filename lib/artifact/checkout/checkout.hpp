// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>

#include <filesystem>

namespace vitrine {

class ArtifactContent;

/// Writes the files of an artifact below a directory; see Artifact::checkout.
CheckoutReport checkout_artifact(const ArtifactContent& content,
                                 const std::filesystem::path& directory,
                                 const CheckoutOptions& options);

/// Writes the file of one entry below a directory and returns its path; see ArtifactPath::download.
std::filesystem::path checkout_entry(const ArtifactContent& content, const Entry& entry,
                                     const std::filesystem::path& directory);

} // namespace vitrine
