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
#include <vector>

namespace vitrine {

/// What the contents of a folder and of the sources below its `.sources/` share.
struct FolderShare {
    std::filesystem::path root;
    std::shared_ptr<const TypeRegistry> types;
    /// id -> name, from `.sources/sources.json` (FORMAT.md).
    std::map<std::string, std::string, std::less<>> source_names;
    struct Source {
        std::filesystem::path root;
        ArtifactFacts facts;
        std::optional<Manifest> manifest; ///< from its manifest file
        /// Weak, since the content holds this object.
        std::weak_ptr<const ArtifactContent> content;
    };
    mutable std::mutex mutex;
    /// The sources looked up so far, by id; guarded by `mutex`.
    mutable std::map<std::string, Source, std::less<>> sources;
};

/// A folder opened as an artifact. Its `wandb_manifest.json` names the entries; without one, every
/// file is an entry. The folder is not trusted: whatever its manifest and links say, nothing
/// outside of it is read.
class DirectoryContent final : public ArtifactContent {
public:
    /// Throws: NotFound; InvalidFormat if the manifest is malformed, names an unsafe path, or has
    /// two different files with one disk path; IoError.
    static std::shared_ptr<const DirectoryContent> open(const std::filesystem::path& directory,
                                                        const TypeRegistry& types);

    const TypeRegistry& types() const override { return *share_->types; }
    const ArtifactFacts& facts() const override { return facts_; }
    const Manifest& manifest() const override;
    std::string digest() const override { return manifest().digest(); }
    std::vector<std::string> left_out() const override;
    std::shared_ptr<const ArtifactContent> source(std::string_view id) const override;
    std::vector<std::string> source_ids() const override;
    std::shared_ptr<const OpenVersion> open_version() const override { return nullptr; }
    bool has_bytes(const Entry& entry) const override;
    std::optional<std::string> read_bytes(const Entry& entry) const override;
    std::unique_ptr<CheckedInput> open_bytes(const Entry& entry) const override;
    std::optional<std::filesystem::path> bytes_path(const Entry& entry) const override;
    std::vector<BytesLocation> locations_of(std::span<const Entry* const> entries) const override;

private:
    DirectoryContent(std::shared_ptr<const FolderShare> share, std::filesystem::path root,
                     ArtifactFacts facts, std::optional<Manifest> manifest);

    /// The source with that id, looked up once; null if there is none. Requires: the mutex is held.
    FolderShare::Source* find_source(std::string_view id) const;
    /// The entry's file, links resolved. Throws: InvalidFormat if it is outside of the folder.
    std::optional<std::filesystem::path> find_file(const Entry& entry) const;

    std::shared_ptr<const FolderShare> share_;
    std::filesystem::path root_; ///< canonical
    ArtifactFacts facts_;
    /// A folder without a manifest is hashed when its entries are first used.
    mutable std::once_flag once_;
    mutable Manifest manifest_;
    mutable std::vector<std::string> left_out_; ///< written when the folder is hashed
    bool has_manifest_file_ = false;
};

/// The folder with the sources of a self-contained checkout, and the file in it that names them.
inline constexpr std::string_view kSourcesFolder = ".sources";
inline constexpr std::string_view kSourceNamesFile = "sources.json";
inline constexpr std::string_view kManifestFile = "wandb_manifest.json";

} // namespace vitrine
