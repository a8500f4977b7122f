// SPDX-License-Identifier: MIT
#include "artifact/content/artifact_content.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/value/opaque_value.hpp>

#include "core/file_system.hpp"
#include "core/json_scanner.hpp"
#include "core/text.hpp"
#include "reference/reference_handlers.hpp"
#include "reference/uri.hpp"

#include <sstream>
#include <utility>

namespace vitrine {

namespace {

/// A chain of references longer than this is a circle.
constexpr int kMaxHops = 64;

std::optional<ArtifactUri> artifact_reference(const Entry& entry) {
    return entry.ref ? ArtifactUri::try_parse(*entry.ref) : std::nullopt;
}

/// What a value's JSON has no place for.
Json notes_of(const Entry& entry) {
    return entry.extra.is_object() ? entry.extra.value("vitrine", Json::object()) : Json::object();
}

/// Whether the name of a file ends with a type. Saved models say their type otherwise than values
/// do (`type`, not `_type`), which is sure only together with the file's name.
bool is_named_by(std::string_view path, std::string_view type) {
    return !type.empty() && path.ends_with(concat('.', type, ".json"));
}

/// The type of the value whose JSON lies at `path`; "" if it is that of none.
std::string type_of_value(const Json& json, std::string_view path) {
    const auto said = [&](const char* member) {
        const auto found = json.is_object() ? json.find(member) : json.end();
        return found != json.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
    };
    std::string type = said("_type");
    if (type.empty() && is_named_by(path, said("type"))) {
        type = said("type");
    }
    return type;
}

} // namespace

std::optional<std::string> value_type_by_name(std::string_view path, const TypeRegistry& types) {
    if (!path.ends_with(".json")) {
        return std::nullopt;
    }
    for (const ValueType& type : types.type_mapping()) {
        if (!type.artifact_type.empty() && path.ends_with(type.artifact_type + ".json")) {
            return type.type;
        }
    }
    return std::nullopt;
}

bool has_md5(const Entry& entry) {
    return entry.digest.size() == 24 && entry.digest.ends_with("==") && entry.digest != entry.ref;
}

ExpectedDigest expected_digest(const Entry& entry) {
    if (entry.object) {
        return *entry.object;
    }
    return has_md5(entry) ? ExpectedDigest(Md5::parse_base64(entry.digest)) : ExpectedDigest();
}

void check_tracked_bytes(const Entry& entry, std::string_view artifact, std::string_view bytes) {
    if (!has_md5(entry)) {
        return;
    }
    const std::string actual = digests_of(bytes).md5.base64();
    if (actual != entry.digest) {
        throw DigestMismatch(concat("file ", quoted(entry.path.str()), " of ", quoted(artifact)),
                             entry.digest, actual);
    }
}

Entry ArtifactContent::require(std::string_view path) const {
    auto entry = manifest().find(path);
    if (!entry) {
        throw Error(ErrorCode::NotFound,
                    concat("path not contained in artifact ", quoted(name()), ": ", quoted(path)));
    }
    return *std::move(entry);
}

LocatedEntry ArtifactContent::locate(Entry entry) const {
    LocatedEntry at{self(), std::move(entry)};
    std::string first; // where the references begin, if there are any
    for (int hops = 0; hops < kMaxHops; ++hops) {
        const auto uri = artifact_reference(at.entry);
        if (!uri) {
            return at;
        }
        if (first.empty()) {
            first = at.entry.path.str();
        }
        auto next = at.owner->source(uri->id);
        if (!next) {
            return at;
        }
        auto target = next->manifest().find(uri->path);
        if (!target && at.owner->has_bytes(at.entry)) {
            return at;
        }
        at = {next, target ? *std::move(target) : next->require(uri->path)};
    }
    throw Error(ErrorCode::InvalidFormat, concat("references of ", quoted(first), " in ",
                                                 quoted(name()), " lead in a circle"));
}

std::string ArtifactContent::read_packed(const Entry& entry, const ObjectLocation&) const {
    return read_bytes(entry);
}

std::string ArtifactContent::read_entry(const Entry& entry) const {
    const LocatedEntry at = locate(entry);
    return at.owner->read_located(at.entry);
}

std::string ArtifactContent::read_located(const Entry& entry) const {
    if (has_bytes(entry)) {
        return read_bytes(entry);
    }
    if (!entry.ref) {
        throw Error(ErrorCode::NotFound, concat("file of ", quoted(entry.path.str()), " in ",
                                                quoted(name()), " is missing"));
    }
    if (const auto file = local_path_of(*entry.ref)) {
        std::string bytes = read_file(*file);
        check_tracked_bytes(entry, name(), bytes);
        return bytes;
    }
    if (can_fetch(entry)) {
        try {
            return references()->read(entry);
        } catch (Error& error) {
            error.add_context(
                concat("fetching ", quoted(entry.path.str()), " of ", quoted(name())));
            throw;
        }
    }
    throw Error(ErrorCode::Unsupported,
                concat("entry ", quoted(entry.path.str()), " of ", quoted(name()),
                       " is a reference to ", quoted(redact_url(*entry.ref)),
                       ", whose bytes are not here"));
}

bool ArtifactContent::can_fetch(const Entry& entry) const {
    const auto handlers = references();
    return handlers && handlers->can_fetch(entry);
}

std::unique_ptr<std::istream> ArtifactContent::open_located(const Entry& entry) const {
    if (has_bytes(entry)) {
        return open_bytes(entry);
    }
    if (const auto file = entry.ref ? local_path_of(*entry.ref) : std::nullopt) {
        return std::make_unique<CheckedInput>(
            *file, expected_digest(entry),
            concat("file ", quoted(entry.path.str()), " of ", quoted(name())));
    }
    return std::make_unique<std::istringstream>(read_located(entry));
}

SourceFile ArtifactContent::file(std::string_view path) const {
    const LocatedEntry at = locate(require(path));
    const Entry& entry = at.entry;
    SourceFile file;
    file.path = entry.path.str();
    file.size = entry.object ? entry.object_size : entry.size.value_or(0);
    file.sha256 = entry.object;
    file.digest = entry.digest;
    file.owner = at.owner;
    return file;
}

std::vector<std::string> ArtifactContent::files_below(std::string_view folder) const {
    std::vector<std::string> paths;
    for (const Entry& entry : manifest().entries(folder)) {
        if (entry.path.str() != folder) {
            paths.push_back(entry.path.str());
        }
    }
    return paths;
}

std::string ArtifactContent::read(std::string_view path) const {
    return read_entry(require(path));
}

std::optional<std::filesystem::path> ArtifactContent::local_path(std::string_view path) const {
    const LocatedEntry at = locate(require(path));
    if (at.owner->has_bytes(at.entry)) {
        return at.owner->bytes_path(at.entry);
    }
    return at.entry.ref ? local_path_of(*at.entry.ref) : std::nullopt;
}

std::shared_ptr<const Value> ArtifactContent::value(std::string_view path) const {
    return restore(require(path), std::string(path), false);
}

std::optional<std::string> ArtifactContent::value_type(const Entry& entry) const {
    return entry.value_type ? entry.value_type : value_type_by_name(entry.path.str(), types());
}

bool ArtifactContent::is_value(const Entry& entry) const {
    if (value_type(entry)) {
        return true;
    }
    // A value of a type without a suffix of its own is a plain .json: only its text tells.
    if (!entry.path.str().ends_with(".json")) {
        return false;
    }
    try {
        const LocatedEntry at = locate(entry);
        const auto said = [&](std::string_view member) {
            return type_in_json(*at.owner->open_located(at.entry), member);
        };
        return !said("_type").empty() || is_named_by(entry.path.str(), said("type"));
    } catch (const Error& error) {
        if (error.code() == ErrorCode::InvalidFormat || error.code() == ErrorCode::Unsupported) {
            return false;
        }
        throw;
    }
}

std::optional<Entry> ArtifactContent::find_value(std::string_view name,
                                                 std::string_view first_type) const {
    if (auto entry = manifest().find(name); entry && is_value(*entry)) {
        return entry;
    }
    if (!first_type.empty()) {
        if (auto entry = manifest().find(with_suffix(name, first_type))) {
            return entry;
        }
    }
    for (const ValueType& type : types().type_mapping()) {
        if (type.artifact_type.empty()) {
            continue;
        }
        if (auto entry = manifest().find(with_suffix(name, type.artifact_type))) {
            return entry;
        }
    }
    return std::nullopt;
}

std::shared_ptr<const Value>
ArtifactContent::read_streamed(const ValueType& type, const Entry& entry, std::string name) const {
    const auto text = open_located(entry);
    try {
        return read_value(type, *text, notes_of(entry), self(), std::move(name));
    } catch (const Error&) {
        // Where the bytes are not what they should be, that is the error.
        if (auto* checked = dynamic_cast<CheckedInput*>(text.get())) {
            checked->drain();
        }
        throw;
    }
}

std::shared_ptr<const Value> ArtifactContent::restore(const Entry& entry, std::string name,
                                                      bool opaque) const {
    try {
        const LocatedEntry at = locate(entry);
        std::string given_name = at.owner.get() == this ? std::move(name) : at.entry.path.str();
        const ValueType* named = types().find(at.owner->value_type(at.entry).value_or(""));
        if (named != nullptr && named->read) {
            return at.owner->read_streamed(*named, at.entry, std::move(given_name));
        }
        Json json = parse_json(at.owner->read_located(at.entry));
        // W&B writes the boxes of an artifact as a bare list: only the file's name tells its type.
        const std::string type =
            json.is_object() ? std::string() : at.owner->value_type(at.entry).value_or("");
        const std::string said = type_of_value(json, at.entry.path.str());
        const bool is_known = !type.empty() || types().find(said) != nullptr;
        json = with_annotations(std::move(json), notes_of(at.entry));
        if (opaque && !is_known && !said.empty()) {
            return restore_opaque(std::move(json), at.owner, std::move(given_name));
        }
        return restore_value(json, at.owner, std::move(given_name), type);
    } catch (Error& error) {
        error.add_context(
            concat("restoring ", quoted(entry.path.str()), " of ", quoted(this->name())));
        throw;
    }
}

} // namespace vitrine
