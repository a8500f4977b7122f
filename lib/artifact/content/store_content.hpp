// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/content/artifact_content.hpp"
#include "artifact/content/open_context.hpp"
#include "engine/engine.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace vitrine {

/// What the contents of one open version share: the version (and with it the lease), what the
/// caller chose, and what was looked up of its kept sources.
struct OpenShare {
    struct Source {
        ArtifactFacts facts;
        Manifest manifest;
        /// Weak, since a content holds this share.
        std::weak_ptr<const ArtifactContent> content;
    };
    std::shared_ptr<const OpenVersion> version;
    OpenContext context;
    mutable std::mutex mutex;
    /// By id; guarded by `mutex`.
    mutable std::map<std::string, Source, std::less<>> sources;
};

/// A version of a store, or what a version keeps of a source.
class StoreContent final : public ArtifactContent {
public:
    /// The version itself.
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
    std::string read_bytes(const Entry& entry) const override;
    std::unique_ptr<CheckedInput> open_bytes(const Entry& entry) const override;
    std::optional<std::filesystem::path> bytes_path(const Entry& entry) const override;
    std::vector<BytesLocation> locations_of(std::span<const Entry* const> entries) const override;
    std::string read_packed(const Entry& entry, const ObjectLocation& place) const override;

private:
    StoreContent(std::shared_ptr<const OpenShare> share, ArtifactFacts facts, Manifest manifest);

    Engine& engine() const { return *share_->version->engine(); }
    /// The source of that id, looked up once; null if the version keeps none. The lock is held.
    OpenShare::Source* find_source(std::string_view id) const;

    std::shared_ptr<const OpenShare> share_;
    ArtifactFacts facts_;
    Manifest manifest_;
};

} // namespace vitrine
