// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>

#include <filesystem>

namespace vitrine {

class ArtifactContent;

/// See Artifact::checkout.
CheckoutReport checkout_artifact(const ArtifactContent& content,
                                 const std::filesystem::path& directory,
                                 const CheckoutOptions& options);

/// See ArtifactPath::download.
std::filesystem::path checkout_entry(const ArtifactContent& content, const Entry& entry,
                                     const std::filesystem::path& directory);

} // namespace vitrine
