// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/type_registry.hpp>

#include "artifact/content/artifact_content.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// What a folder and the sources below its `.sources/` share.
struct FolderShare {
    std::filesystem::path root;
    std::shared_ptr<const TypeRegistry> types;
    /// id -> name, as `.sources/sources.json` says (FORMAT.md).
    std::map<std::string, std::string, std::less<>> source_names;
    struct Source {
        std::filesystem::path root;
        ArtifactFacts facts;
        std::optional<Manifest> manifest; ///< of its manifest file
        /// Weak, since a content holds this share.
        std::weak_ptr<const ArtifactContent> content;
    };
    mutable std::mutex mutex;
    /// By id, what was looked up; guarded by `mutex`.
    mutable std::map<std::string, Source, std::less<>> sources;
};

/// A folder opened as an artifact: with its `wandb_manifest.json`, or each file an entry.
/// Nothing outside of the folder is read, whatever its manifest and links say.
class DirectoryContent final : public ArtifactContent {
public:
    /// Throws: NotFound; InvalidFormat for a manifest that is none, names an unsafe path, or gives
    /// two different files one place.
    static std::shared_ptr<const DirectoryContent> open(const std::filesystem::path& directory,
                                                        const TypeRegistry& types);

    const TypeRegistry& types() const override { return *share_->types; }
    const ArtifactFacts& facts() const override { return facts_; }
    const Manifest& manifest() const override;
    std::string digest() const override { return manifest().digest(); }
    std::shared_ptr<const ArtifactContent> source(std::string_view id) const override;
    std::vector<std::string> source_ids() const override;
    std::shared_ptr<const OpenVersion> open_version() const override { return nullptr; }
    bool has_bytes(const Entry& entry) const override;
    std::string read_bytes(const Entry& entry) const override;
    std::unique_ptr<CheckedInput> open_bytes(const Entry& entry) const override;
    std::optional<std::filesystem::path> bytes_path(const Entry& entry) const override;
    std::vector<BytesLocation> locations_of(std::span<const Entry* const> entries) const override;

private:
    DirectoryContent(std::shared_ptr<const FolderShare> share, std::filesystem::path root,
                     ArtifactFacts facts, std::optional<Manifest> manifest);

    /// The source of that id, looked up once; null if there is none. The lock is held.
    FolderShare::Source* find_source(std::string_view id) const;
    std::optional<std::filesystem::path> find_file(const Entry& entry) const;
    /// Throws: NotFound where there is none.
    std::filesystem::path require_file(const Entry& entry) const;

    std::shared_ptr<const FolderShare> share_;
    std::filesystem::path root_; ///< canonical
    ArtifactFacts facts_;
    /// A folder without a manifest is hashed when its entries are first asked for.
    mutable std::once_flag once_;
    mutable Manifest manifest_;
    bool has_manifest_file_ = false;
};

/// Throws: InvalidFormat unless all entries have places of their own: different files in one
/// place, or one in the way of another's folder, are named.
void check_places(const Manifest& manifest, std::string_view artifact);

/// Where the sources of a self-contained folder lie, and the file that names them.
inline constexpr std::string_view kSourcesFolder = ".sources";
inline constexpr std::string_view kSourceNamesFile = "sources.json";
inline constexpr std::string_view kManifestFile = "wandb_manifest.json";

} // namespace vitrine
