// SPDX-License-Identifier: MIT
#include "artifact/content/directory_content.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/content/disk_paths.hpp"
#include "artifact/content/folder_manifest.hpp"
#include "core/file_system.hpp"
#include "core/text.hpp"

#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// About the size of a W&B manifest of ten million entries.
constexpr std::uint64_t kMaxManifestBytes = std::uint64_t{4} << 30;
constexpr std::uint64_t kMaxSourceNamesBytes = std::uint64_t{64} << 20;

/// Adds what a W&B manifest does not hold: which entries are the JSON of values.
Manifest with_value_types(const Manifest& manifest, const TypeRegistry& types) {
    std::vector<Entry> entries;
    entries.reserve(manifest.size());
    for (const Entry& entry : manifest.entries()) {
        entries.push_back(entry);
        entries.back().value_type = value_type_by_name(entry.path.str(), types);
    }
    return Manifest(std::move(entries));
}

/// Reads the manifest file of a folder; nothing if it has none.
std::optional<Manifest> read_manifest(const fs::path& folder, std::string_view artifact,
                                      const TypeRegistry& types) {
    const fs::path path = folder / kManifestFile;
    const fs::file_status status = fs::symlink_status(path);
    if (!fs::exists(status)) {
        return std::nullopt;
    }
    if (!fs::is_regular_file(status)) {
        throw Error(ErrorCode::InvalidFormat, concat(quoted(path.native()), " is no plain file"));
    }
    try {
        Manifest manifest = with_value_types(
            manifest_from_json(parse_json(read_file(path, kMaxManifestBytes))), types);
        check_disk_paths(manifest, artifact);
        return manifest;
    } catch (Error& error) {
        error.add_context(concat("reading ", quoted(path.native())));
        throw;
    }
}

std::map<std::string, std::string, std::less<>> read_source_names(const fs::path& path) {
    std::map<std::string, std::string, std::less<>> names;
    if (!fs::is_regular_file(fs::symlink_status(path))) {
        return names;
    }
    try {
        const Json json = parse_json(read_file(path, kMaxSourceNamesBytes));
        if (!json.is_object()) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("expected an object, got ", json.type_name()));
        }
        for (const auto& [hex, name] : json.items()) {
            if (!name.is_string()) {
                throw Error(ErrorCode::InvalidFormat, concat("expected the name of ", quoted(hex),
                                                             ", got ", name.type_name()));
            }
            names[parse_hex(hex)] = name.get<std::string>();
        }
    } catch (Error& error) {
        error.add_context(concat("reading ", quoted(path.native())));
        throw;
    }
    return names;
}

fs::path canonical_folder(const fs::path& directory) {
    std::error_code error;
    fs::path root = fs::canonical(directory, error);
    if (error || !fs::is_directory(root)) {
        throw Error(ErrorCode::NotFound,
                    concat("path is not a directory: ", quoted(directory.native())));
    }
    return root;
}

bool is_inside(const fs::path& root, const fs::path& canonical) {
    const std::string& folder = root.native();
    return canonical.native().starts_with(folder) &&
           (folder.ends_with('/') || canonical.native().size() == folder.size() ||
            canonical.native()[folder.size()] == '/');
}

} // namespace

DirectoryContent::DirectoryContent(std::shared_ptr<const FolderShare> share, fs::path root,
                                   ArtifactFacts facts, std::optional<Manifest> manifest)
    : share_(std::move(share)), root_(std::move(root)), facts_(std::move(facts)),
      has_manifest_file_(manifest.has_value()) {
    if (manifest) {
        manifest_ = *std::move(manifest);
    }
}

std::shared_ptr<const DirectoryContent> DirectoryContent::open(const fs::path& directory,
                                                               const TypeRegistry& types) {
    const fs::path root = canonical_folder(directory);
    auto share = std::make_shared<FolderShare>();
    share->root = root;
    share->types = std::make_shared<const TypeRegistry>(types);
    share->source_names = read_source_names(root / kSourcesFolder / kSourceNamesFile);
    ArtifactFacts facts;
    facts.name = root.filename().native();
    facts.base_name = facts.name;
    auto manifest = read_manifest(root, facts.name, types);
    return std::shared_ptr<const DirectoryContent>(
        new DirectoryContent(std::move(share), root, std::move(facts), std::move(manifest)));
}

const Manifest& DirectoryContent::manifest() const {
    if (!has_manifest_file_) {
        std::call_once(once_, [this] {
            manifest_ = with_value_types(hash_folder(root_, left_out_), *share_->types);
        });
    }
    return manifest_;
}

std::vector<std::string> DirectoryContent::left_out() const {
    static_cast<void>(manifest());
    return left_out_;
}

FolderShare::Source* DirectoryContent::find_source(std::string_view id) const {
    if (const auto known = share_->sources.find(id); known != share_->sources.end()) {
        return &known->second;
    }
    const std::string hex = render_hex(id);
    const fs::path folder = share_->root / kSourcesFolder / hex;
    if (!fs::is_directory(fs::symlink_status(folder))) {
        return nullptr;
    }
    FolderShare::Source source;
    source.root = fs::canonical(folder);
    if (!is_inside(share_->root, source.root)) {
        throw Error(ErrorCode::InvalidFormat, concat("sources of ", quoted(share_->root.native()),
                                                     " are a link that leads out of the folder"));
    }
    const auto named = share_->source_names.find(id);
    source.facts.name = named == share_->source_names.end() ? hex : named->second;
    source.facts.base_name = source.facts.name.substr(0, source.facts.name.rfind(":v"));
    source.facts.id = id;
    source.manifest = read_manifest(source.root, source.facts.name, *share_->types);
    return &share_->sources.try_emplace(std::string(id), std::move(source)).first->second;
}

std::shared_ptr<const ArtifactContent> DirectoryContent::source(std::string_view id) const {
    const std::lock_guard lock(share_->mutex);
    FolderShare::Source* source = find_source(id);
    if (source == nullptr) {
        return nullptr;
    }
    auto content = source->content.lock();
    if (!content) {
        content.reset(new DirectoryContent(share_, source->root, source->facts, source->manifest));
        source->content = content;
    }
    return content;
}

std::vector<std::string> DirectoryContent::source_ids() const {
    std::vector<std::string> ids;
    const fs::path folder = share_->root / kSourcesFolder;
    if (!fs::is_directory(fs::symlink_status(folder))) {
        return ids;
    }
    for (const auto& item : fs::directory_iterator(folder)) {
        if (item.is_directory() && !item.is_symlink()) {
            ids.push_back(parse_hex(item.path().filename().native()));
        }
    }
    return ids;
}

std::optional<fs::path> DirectoryContent::find_file(const Entry& entry) const {
    std::error_code error;
    const fs::path file = fs::canonical(root_ / entry.path.disk_path(), error);
    if (error) {
        return std::nullopt;
    }
    if (!is_inside(root_, file)) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("entry ", quoted(entry.path.str()), " of ", quoted(facts_.name),
                           " is a link that leads out of the folder"));
    }
    return fs::is_regular_file(file) ? std::optional(file) : std::nullopt;
}

bool DirectoryContent::has_bytes(const Entry& entry) const {
    return find_file(entry).has_value();
}

std::optional<std::string> DirectoryContent::read_bytes(const Entry& entry) const {
    const auto file = find_file(entry);
    if (!file) {
        return std::nullopt;
    }
    std::string bytes = read_file(*file);
    check_tracked_bytes(entry, facts_.name, bytes);
    return bytes;
}

std::unique_ptr<CheckedInput> DirectoryContent::open_bytes(const Entry& entry) const {
    const auto file = find_file(entry);
    return file ? std::make_unique<CheckedInput>(
                      *file, expected_digest(entry),
                      concat("file ", quoted(entry.path.str()), " of ", quoted(facts_.name)))
                : nullptr;
}

std::optional<fs::path> DirectoryContent::bytes_path(const Entry& entry) const {
    return find_file(entry);
}

std::vector<BytesLocation>
DirectoryContent::locations_of(std::span<const Entry* const> entries) const {
    std::vector<BytesLocation> locations;
    locations.reserve(entries.size());
    for (const Entry* entry : entries) {
        locations.push_back({find_file(*entry), std::nullopt});
    }
    return locations;
}

} // namespace vitrine
