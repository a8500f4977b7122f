// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/content/artifact_content.hpp"
#include "artifact/content/open_context.hpp"
#include "engine/store/open_version.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace vitrine {

/// What the contents of one open version share: the version with its lease, the choices of the
/// caller, and those of its dependencies that were looked up.
struct OpenShare {
    struct Source {
        ArtifactFacts facts;
        Manifest manifest;
        /// Weak, since the content holds this object.
        std::weak_ptr<const ArtifactContent> content;
    };
    std::shared_ptr<const OpenVersion> version;
    OpenContext context;
    mutable std::mutex mutex;
    /// By id; guarded by `mutex`.
    mutable std::map<std::string, Source, std::less<>> sources;
};

/// A version of a store, or a dependency of a version: the entries of another artifact that it
/// references.
class StoreContent final : public ArtifactContent {
public:
    static std::shared_ptr<const StoreContent>
    of_version(std::shared_ptr<const OpenVersion> version, OpenContext context);

    const TypeRegistry& types() const override { return *share_->context.types; }
    std::shared_ptr<const ReferenceHandlers> references() const override {
        return share_->context.references;
    }
    const ArtifactFacts& facts() const override { return facts_; }
    const Manifest& manifest() const override { return manifest_; }
    std::string digest() const override;
    std::shared_ptr<const ArtifactContent> source(std::string_view id) const override;
    std::vector<std::string> source_ids() const override;
    std::shared_ptr<const OpenVersion> open_version() const override { return share_->version; }
    bool has_bytes(const Entry& entry) const override { return entry.object.has_value(); }
    std::optional<std::string> read_bytes(const Entry& entry) const override;
    std::unique_ptr<CheckedInput> open_bytes(const Entry& entry) const override;
    std::optional<std::filesystem::path> bytes_path(const Entry& entry) const override;
    std::vector<BytesLocation> locations_of(std::span<const Entry* const> entries) const override;

private:
    StoreContent(std::shared_ptr<const OpenShare> share, ArtifactFacts facts, Manifest manifest);

    OpenStore& store() const { return share_->version->store(); }
    /// The dependency with that id, looked up once; null if the version has none. Requires: the
    /// mutex is held.
    OpenShare::Source* find_source(std::string_view id) const;

    std::shared_ptr<const OpenShare> share_;
    ArtifactFacts facts_;
    Manifest manifest_;
};

} // namespace vitrine
