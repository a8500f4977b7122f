// SPDX-License-Identifier: MIT
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/core/error.hpp>

#include "artifact/draft/draft.hpp"
#include "core/file_system.hpp"
#include "core/text.hpp"

#include <utility>

namespace vitrine {

ArtifactBuilder::ArtifactBuilder(std::unique_ptr<Draft> draft) : draft_(std::move(draft)) {}
ArtifactBuilder::ArtifactBuilder(ArtifactBuilder&&) noexcept = default;
ArtifactBuilder& ArtifactBuilder::operator=(ArtifactBuilder&&) noexcept = default;
ArtifactBuilder::~ArtifactBuilder() = default;

ArtifactBuilder::Draft& ArtifactBuilder::draft() const {
    if (!draft_) {
        throw Error(ErrorCode::InvalidArgument, "can't add to finalized artifact");
    }
    return *draft_;
}

const std::string& ArtifactBuilder::name() const {
    return draft().name();
}

const std::string& ArtifactBuilder::type() const {
    return draft().type();
}

Entry ArtifactBuilder::add(const Value& value, std::string_view name) {
    try {
        return draft().add(value, name);
    } catch (Error& error) {
        error.add_context(concat("adding ", quoted(name)));
        throw;
    }
}

Entry ArtifactBuilder::add_file(const std::filesystem::path& path, std::string_view name,
                                const AddFileOptions& options) {
    return draft().files().add_file(path, name, options);
}

AddedFiles ArtifactBuilder::add_dir(const std::filesystem::path& path, std::string_view name,
                                    const AddDirOptions& options) {
    return draft().files().add_dir(path, name, options);
}

std::vector<Entry> ArtifactBuilder::add_reference(std::string_view uri, std::string_view name,
                                                  const AddReferenceOptions& options) {
    return draft().references().add(uri, name, options);
}

Entry ArtifactBuilder::add_reference(const ArtifactPath& path, std::string_view name) {
    return draft().references().add(*path.content_, path.entry(), name);
}

Entry ArtifactBuilder::new_file(std::string_view name,
                                const std::function<void(std::ostream&)>& write) {
    return draft().files().new_file(name, write);
}

Entry ArtifactBuilder::add_bytes(std::string_view bytes, std::string_view name) {
    return draft().files().add_bytes(as_bytes(bytes), name);
}

std::uint64_t ArtifactBuilder::remove(std::string_view path) {
    return draft().remove(path);
}

void ArtifactBuilder::set_metadata(Json metadata) {
    if (!metadata.is_object()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected metadata as an object, got ", metadata.type_name()));
    }
    static_cast<void>(render_json(metadata)); // Refuses what a record could not hold.
    draft().metadata = std::move(metadata);
}

void ArtifactBuilder::set_description(std::string description) {
    if (!is_utf8(description)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a description in UTF-8, got ", quoted(description)));
    }
    draft().description = std::move(description);
}

const Json& ArtifactBuilder::metadata() const {
    return draft().metadata;
}

const std::string& ArtifactBuilder::description() const {
    return draft().description;
}

Manifest ArtifactBuilder::manifest() const {
    return draft().manifest();
}

} // namespace vitrine
