// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "artifact/content/artifact_content.hpp"
#include "catalog/rows.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The living versions of the name of an artifact, as far as their manifests can be read: what a
/// checkout of another of them may have written. A folder that was opened as an artifact has none.
class OtherVersions {
public:
    /// `content` must live as long as this object.
    explicit OtherVersions(const ArtifactContent& content) : content_(content) {}

    /// The disk paths of entries that another version has and this one has not under the same path;
    /// sorted, each once. Reads what the manifests do not share. Throws: IoError; DatabaseError.
    std::vector<std::string> paths_not_here() const;
    /// Whether a text is the `wandb_manifest.json` of one of the versions, this one included; with
    /// an id, of their dependency with that id. Throws: IoError; DatabaseError.
    bool have_manifest(std::string_view text, std::string_view id) const;
    /// Whether a text is the file that names the sources of one of the versions. Throws:
    /// DatabaseError.
    bool have_source_names(std::string_view text) const;

private:
    void for_each(const std::function<void(const VersionRow&)>& visit) const;
    void with_manifest(const Sha256& content,
                       const std::function<void(const Manifest&)>& visit) const;

    const ArtifactContent& content_;
};

/// The text of `wandb_manifest.json`.
std::string render_manifest(const Manifest& manifest);

} // namespace vitrine
