// SPDX-License-Identifier: MIT
#include <vitrine/artifact/artifact.hpp>
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/error.hpp>

#include "artifact/checkout/checkout.hpp"
#include "artifact/content/artifact_content.hpp"
#include "artifact/content/directory_content.hpp"
#include "artifact/draft/draft.hpp"
#include "artifact/verify_artifact.hpp"
#include "artifact/verify_directory.hpp"
#include "core/text.hpp"

#include <utility>

namespace vitrine {

Artifact::Artifact(std::shared_ptr<const ArtifactContent> content) : content_(std::move(content)) {}

Artifact Artifact::open_directory(const std::filesystem::path& directory,
                                  const TypeRegistry& types) {
    return Artifact(DirectoryContent::open(directory, types));
}

Artifact Artifact::open_directory(const std::filesystem::path& directory) {
    return open_directory(directory, builtin_types());
}

std::string Artifact::name() const {
    return content_->facts().name;
}

std::string Artifact::base_name() const {
    return content_->facts().base_name;
}

std::optional<std::uint64_t> Artifact::version() const {
    return content_->facts().version;
}

std::string Artifact::type() const {
    return content_->facts().type;
}

std::string Artifact::id() const {
    return content_->facts().id;
}

std::string Artifact::digest() const {
    return content_->digest();
}

std::string Artifact::description() const {
    return content_->facts().description;
}

Json Artifact::metadata() const {
    return content_->facts().metadata;
}

std::vector<std::string> Artifact::aliases() const {
    return content_->facts().aliases;
}

std::string Artifact::created_at() const {
    return content_->facts().created_at;
}

const Manifest& Artifact::manifest() const {
    return content_->manifest();
}

std::vector<std::string> Artifact::left_out() const {
    return content_->left_out();
}

EntryRange Artifact::entries(std::string_view folder) const {
    return manifest().entries(folder);
}

std::shared_ptr<const Value> Artifact::get(std::string_view name) const {
    return get_typed(name, {});
}

std::shared_ptr<const Value> Artifact::get_typed(std::string_view name,
                                                 std::string_view artifact_type) const {
    const auto entry = content_->find_value(name, artifact_type);
    return entry ? content_->restore(*entry, std::string(name), true) : nullptr;
}

void Artifact::throw_other_type(std::string_view name, const Value& value,
                                std::string_view expected) const {
    throw Error(ErrorCode::InvalidArgument,
                concat("value ", quoted(name), " of ", quoted(this->name()), ": expected type ",
                       quoted(expected), ", got ", quoted(value.type())));
}

std::vector<std::string> Artifact::value_paths(std::string_view type) const {
    std::vector<std::string> paths;
    for (const Entry& entry : entries()) {
        if (entry.value_type && (type.empty() || *entry.value_type == type)) {
            paths.push_back(entry.path.str());
        }
    }
    return paths;
}

ValueWalk::ValueWalk(std::shared_ptr<const ArtifactContent> content, std::string type)
    : content_(std::move(content)), type_(std::move(type)),
      entries_(content_->manifest().entries()) {}

std::optional<std::pair<std::string, std::shared_ptr<const Value>>> ValueWalk::next() {
    while (auto entry = entries_.next()) {
        if (entry->value_type == type_) {
            const std::string path = entry->path.str();
            if (auto value = content_->restore(*entry, path, true)) {
                return std::pair(path, std::move(value));
            }
        }
    }
    return std::nullopt;
}

ArtifactPath Artifact::get_path(std::string_view name) const {
    if (auto entry = manifest().find(name)) {
        return {content_, *std::move(entry)};
    }
    if (auto entry = content_->find_value(name)) {
        return {content_, *std::move(entry)};
    }
    return {content_, content_->require(name)};
}

CheckoutReport Artifact::checkout(const std::filesystem::path& directory,
                                  const CheckoutOptions& options) const {
    return checkout_artifact(*content_, directory, options);
}

CheckoutReport Artifact::download(const std::filesystem::path& directory) const {
    return checkout(directory);
}

VerifyReport Artifact::verify(const ProgressOptions& progress) const {
    return verify_artifact(*content_, progress);
}

VerifyReport Artifact::verify_directory(const std::filesystem::path& directory,
                                        const ProgressOptions& progress) const {
    return vitrine::verify_directory(*content_, directory, progress);
}

ArtifactBuilder Artifact::new_draft() const {
    const auto version = content_->open_version();
    if (!version) {
        throw Error(ErrorCode::Unsupported, concat("folder ", quoted(name()),
                                                   " cannot be drafted from: it is in no store"));
    }
    return ArtifactBuilder(std::make_unique<ArtifactBuilder::Draft>(
        std::make_shared<Engine>(version->shared_store()),
        OpenContext{std::make_shared<const TypeRegistry>(content_->types()),
                    content_->references()},
        version, base_name(), type()));
}

std::shared_ptr<const ValueSource> Artifact::source() const {
    return content_;
}

} // namespace vitrine
