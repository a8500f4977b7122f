// SPDX-License-Identifier: MIT
#include <vitrine/artifact/artifact.hpp>
#include <vitrine/core/error.hpp>

#include "artifact/checkout/checkout.hpp"
#include "artifact/content/artifact_content.hpp"
#include "core/text.hpp"

#include <utility>

namespace vitrine {

ArtifactPath::ArtifactPath(std::shared_ptr<const ArtifactContent> content, Entry entry)
    : content_(std::move(content)), entry_(std::move(entry)) {}

std::string ArtifactPath::ref_url() const {
    if (content_->id().empty()) {
        throw Error(ErrorCode::Unsupported, concat("folder ", quoted(content_->name()),
                                                   " has no id to refer to its entries by"));
    }
    return ArtifactUri{content_->id(), entry_.path.str()}.render();
}

std::filesystem::path ArtifactPath::download(const std::filesystem::path& directory) const {
    return checkout_entry(*content_, entry_, directory);
}

SourcePath ArtifactPath::source_path() const {
    return {content_, path()};
}

std::string ArtifactPath::read() const {
    return content_->locate(entry_).read();
}

} // namespace vitrine
