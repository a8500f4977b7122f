// SPDX-License-Identifier: MIT
#include "artifact/content/artifact_content.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"
#include "reference/reference_handlers.hpp"
#include "reference/uri.hpp"

#include <sstream>
#include <utility>

namespace vitrine {

namespace {

/// A chain of references that is longer than this is taken for a circle.
constexpr int kMaxHops = 64;

std::optional<ArtifactUri> artifact_reference(const Entry& entry) {
    return entry.ref ? ArtifactUri::try_parse(*entry.ref) : std::nullopt;
}

/// Reads what a reference to a place outside of the store names.
std::string read_referenced(const LocatedEntry& at) {
    const Entry& entry = at.entry;
    if (!entry.ref) {
        throw Error(ErrorCode::NotFound, concat("file of ", quoted(entry.path.str()), " in ",
                                                quoted(at.owner->name()), " is missing"));
    }
    if (const auto file = local_path_of(*entry.ref)) {
        std::string bytes = read_file(*file);
        check_tracked_bytes(entry, at.owner->name(), bytes);
        return bytes;
    }
    if (at.can_fetch()) {
        try {
            return at.owner->references()->read(entry);
        } catch (Error& error) {
            error.add_context(
                concat("fetching ", quoted(entry.path.str()), " of ", quoted(at.owner->name())));
            throw;
        }
    }
    throw Error(ErrorCode::Unsupported,
                concat("entry ", quoted(entry.path.str()), " of ", quoted(at.owner->name()),
                       " is a reference to ", quoted(redact_url(*entry.ref)),
                       ", whose bytes cannot be fetched"));
}

} // namespace

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

std::string LocatedEntry::read() const {
    auto bytes = owner->read_bytes(entry);
    return bytes ? *std::move(bytes) : read_referenced(*this);
}

std::unique_ptr<std::istream> LocatedEntry::open() const {
    if (auto stream = owner->open_bytes(entry)) {
        return stream;
    }
    if (const auto file = entry.ref ? local_path_of(*entry.ref) : std::nullopt) {
        return std::make_unique<CheckedInput>(
            *file, expected_digest(entry),
            concat("file ", quoted(entry.path.str()), " of ", quoted(owner->name())));
    }
    return std::make_unique<std::istringstream>(read_referenced(*this));
}

bool LocatedEntry::can_fetch() const {
    const auto handlers = owner->references();
    return handlers && handlers->can_fetch(entry);
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
    std::string first; // the path at which the references begin, if there are any
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
    return locate(require(path)).read();
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

} // namespace vitrine
