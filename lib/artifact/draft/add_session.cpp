// SPDX-License-Identifier: MIT
#include "artifact/draft/add_session.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/draft/stored_entry.hpp"
#include "core/file_system.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

Entry with_path(Entry entry, std::string path) {
    entry.path = EntryPath(std::move(path));
    return entry;
}

} // namespace

PendingAdds::Item AddSession::write(const Value& value, std::string path) {
    const StoredBytes stored =
        put_written(parts_.staging, [&](std::ostream& out) { value.write_json(*this, out); });
    PendingAdds::Item item{.entry = stored_entry(std::move(path), stored)};
    item.entry.value_type = std::string(value.type());
    if (!notes_.empty()) {
        item.entry.extra = {{"vitrine", std::move(notes_)}};
    }
    return item;
}

std::optional<Entry> AddSession::find(std::string_view path) const {
    if (const auto pending = pending_.items.find(path); pending != pending_.items.end()) {
        return pending->second.entry;
    }
    return parts_.table.find(path);
}

std::optional<AddedValue> AddSession::find_value(const Value& value) const {
    std::optional<Entry> entry;
    for (const auto& [known, path] : pending_.identities) {
        if (known == value.identity()) {
            entry = pending_.items.find(path)->second.entry;
            break;
        }
    }
    if (!entry) {
        entry = parts_.table.find_identity(value.identity());
    }
    return entry ? std::optional(AddedValue{entry->path.str(), entry->digest}) : std::nullopt;
}

std::optional<std::string> AddSession::find_local(const MediaFile& file) const {
    for (const auto& [local_path, path] : pending_.local_paths) {
        if (local_path == file.path() &&
            pending_.items.find(path)->second.entry.object == file.sha256()) {
            return path;
        }
    }
    return parts_.table.find_local(file.path(), file.sha256());
}

std::string AddSession::put_media(std::string path, const StoredBytes& stored) {
    pending_.put({.entry = stored_entry(path, stored), .implicit = true});
    return path;
}

std::string AddSession::add_media(const MediaFile& file, std::string_view folder) {
    switch (file.kind()) {
    case MediaFile::Kind::local:
        return add_local(file, folder);
    case MediaFile::Kind::memory:
        return add_made(file, folder);
    case MediaFile::Kind::source:
        return add_from_source(file, folder);
    }
    throw Error(ErrorCode::InvalidArgument, "media file of an unknown kind");
}

std::string AddSession::add_local(const MediaFile& file, std::string_view folder) {
    if (auto path = find_local(file)) {
        return *std::move(path);
    }
    const StoredBytes stored = parts_.staging.put_file(*file.local_path(), false);
    if (stored.sha256 != file.sha256()) {
        throw Error(ErrorCode::Conflict,
                    concat("file ", quoted(file.path()),
                           " has changed since its value was made: "
                           "expected SHA-256 ",
                           file.sha256().hex(), ", got ", stored.sha256.hex()));
    }
    std::string path =
        put_media(dialect().user_media_path(folder, file.sha256(), file.file_name()), stored);
    pending_.local_paths.emplace_back(file.path(), path);
    return path;
}

std::string AddSession::add_made(const MediaFile& file, std::string_view folder) {
    const std::string bytes = file.read();
    const StoredBytes stored = parts_.staging.put_bytes(as_bytes(bytes));
    return put_media(dialect().made_media_path(folder, stored.md5, file.extension()), stored);
}

std::string AddSession::add_from_source(const MediaFile& file, std::string_view folder) {
    const auto content = std::dynamic_pointer_cast<const ArtifactContent>(file.source());
    if (!content || !parts_.references.can_refer_to(*content)) {
        return add_copy(file, file.source()->file(file.path()), folder);
    }
    Entry reference = parts_.references.make(*content, content->require(file.path()), file.path());
    // The draft may have the file itself, from the version that it started with.
    if (const auto there = find(file.path()); there && same_content(*there, reference)) {
        reference = *there;
    }
    reference.value_type.reset();
    pending_.put({.entry = std::move(reference), .implicit = true});
    return file.path();
}

std::string AddSession::add_copy(const MediaFile& file, const SourceFile& known,
                                 std::string_view folder) {
    const auto on_disk = known.owner->local_path(known.path);
    StoredBytes stored;
    if (on_disk) {
        stored = parts_.staging.put_file(*on_disk, false);
    } else {
        stored = parts_.staging.put_bytes(as_bytes(file.read()));
    }
    if (stored.sha256 != file.sha256()) {
        throw DigestMismatch(
            concat("file ", quoted(file.path()), " of ", quoted(file.source()->name())),
            file.sha256().hex(), stored.sha256.hex());
    }
    const Entry entry = stored_entry(file.path(), stored);
    const auto there = find(file.path());
    if (!there || same_content(*there, entry)) {
        return put_media(file.path(), stored);
    }
    return put_media(dialect().user_media_path(folder, stored.sha256, file.file_name()), stored);
}

AddedValue AddSession::add_shared(const Value& value, std::string_view path) {
    if (auto known = find_value(value)) {
        return *std::move(known);
    }
    // It keeps the name that it had there, also if it is written again.
    const auto origin = origin_of(value, parts_.types);
    return put_value(value, origin, origin ? origin->entry.path.str() : std::string(path));
}

AddedValue AddSession::add_value(const Value& value, std::string_view path) {
    if (auto known = find_value(value)) {
        return *std::move(known);
    }
    return put_value(value, origin_of(value, parts_.types), std::string(path));
}

AddedValue AddSession::add_entry(const SourcePath& entry, std::string_view path) {
    const auto content = std::dynamic_pointer_cast<const ArtifactContent>(entry.source);
    if (content && parts_.references.can_refer_to(*content)) {
        return place({.entry = parts_.references.make(*content, content->require(entry.path),
                                                      std::string(path))});
    }
    const auto value = entry.source->value(entry.path);
    if (!value) {
        throw Error(ErrorCode::Unsupported,
                    concat("cannot copy a value of an unregistered type: ", quoted(entry.path),
                           " of ", quoted(entry.source->name())));
    }
    return add_value(*value, path);
}

AddedValue AddSession::put_value(const Value& value, const std::optional<LocatedEntry>& origin,
                                 std::string path) {
    AddedValue added = place(value_item(parts_, pending_, value, origin, std::move(path)));
    pending_.identities.emplace_back(value.identity(), added.path);
    return added;
}

AddedValue AddSession::place(PendingAdds::Item item) {
    const std::string wanted = item.entry.path.str();
    auto there = find(wanted);
    if (there && !same_content(*there, item.entry)) {
        const std::string other =
            dialect().alternative_path(wanted, Md5::parse_base64(item.entry.digest));
        item.entry = with_path(std::move(item.entry), other);
        there = find(other);
        if (there && !same_content(*there, item.entry)) {
            throw_same_path(other);
        }
    }
    if (there && !says_more(item.entry, *there)) {
        item.entry = *there;
    }
    item.implicit = true;
    item.shared = true;
    AddedValue added{item.entry.path.str(), item.entry.digest};
    pending_.put(std::move(item));
    return added;
}

void AddSession::annotate(std::string_view key, Json note) {
    notes_[std::string(key)] = std::move(note);
}

} // namespace vitrine
