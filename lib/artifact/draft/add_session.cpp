// SPDX-License-Identifier: MIT
#include "artifact/draft/add_session.hpp"

#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

Entry entry_of(std::string path, const StoredBytes& stored) {
    Entry entry{.path = EntryPath(std::move(path))};
    entry.object = stored.sha256;
    entry.object_size = stored.size;
    entry.digest = stored.md5.base64();
    entry.size = stored.size;
    return entry;
}

Entry with_path(Entry entry, std::string path) {
    entry.path = EntryPath(std::move(path));
    return entry;
}

} // namespace

PendingAdds::Item AddSession::write(ArtifactBuilder::Draft& draft, PendingAdds& pending,
                                    const Value& value, std::string path) {
    AddSession session(draft, pending);
    const StoredBytes stored =
        draft.put_written([&](std::ostream& out) { value.write_json(session, out); });
    PendingAdds::Item item{.entry = entry_of(std::move(path), stored)};
    item.entry.value_type = std::string(value.type());
    if (!session.notes_.empty()) {
        item.entry.extra = {{"vitrine", std::move(session.notes_)}};
    }
    return item;
}

std::optional<Entry> AddSession::find(std::string_view path) const {
    if (const auto pending = pending_.items.find(path); pending != pending_.items.end()) {
        return pending->second.entry;
    }
    return draft_.find(path);
}

std::optional<Entry> AddSession::find_identity(std::uint64_t identity) const {
    for (const auto& [known, path] : pending_.identities) {
        if (known == identity) {
            return pending_.items.find(path)->second.entry;
        }
    }
    return draft_.find_identity(identity);
}

std::optional<std::string> AddSession::find_local(const MediaFile& file) const {
    for (const auto& [local_path, path] : pending_.local_paths) {
        if (local_path == file.path() &&
            pending_.items.find(path)->second.entry.object == file.sha256()) {
            return path;
        }
    }
    return draft_.find_local(file.path(), file.sha256());
}

std::string AddSession::put_media(std::string path, const StoredBytes& stored) {
    pending_.put({.entry = entry_of(path, stored), .implicit = true});
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
    const StoredBytes stored = draft_.storage().put_file(*file.local_path(), false);
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
    const StoredBytes stored = draft_.storage().put_bytes(as_bytes(bytes));
    return put_media(dialect().made_media_path(folder, stored.md5, file.extension()), stored);
}

std::string AddSession::add_from_source(const MediaFile& file, std::string_view folder) {
    const auto content = std::dynamic_pointer_cast<const ArtifactContent>(file.source());
    if (!content || !draft_.is_of_this_store(*content)) {
        return add_copy(file, file.source()->file(file.path()), folder);
    }
    Entry reference = draft_.reference_to(*content, content->require(file.path()), file.path());
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
        stored = draft_.storage().put_file(*on_disk, false);
    } else {
        stored = draft_.storage().put_bytes(as_bytes(file.read()));
    }
    if (stored.sha256 != file.sha256()) {
        throw DigestMismatch(
            concat("file ", quoted(file.path()), " of ", quoted(file.source()->name())),
            file.sha256().hex(), stored.sha256.hex());
    }
    const Entry entry = entry_of(file.path(), stored);
    const auto there = find(file.path());
    if (!there || same_content(*there, entry)) {
        return put_media(file.path(), stored);
    }
    return put_media(dialect().user_media_path(folder, stored.sha256, file.file_name()), stored);
}

AddedValue AddSession::add_shared(const Value& value, std::string_view path) {
    if (const auto known = find_identity(value.identity())) {
        return {known->path.str(), known->digest};
    }
    std::string own_path(path);
    if (const auto& source = value.artifact_source(); source && !source->name.empty()) {
        const auto content = std::dynamic_pointer_cast<const ArtifactContent>(source->artifact);
        const auto entry = content ? content->find_value(source->name, value.type()) : std::nullopt;
        if (entry && draft_.is_of_this_store(*content)) {
            return put_shared({.entry = draft_.reference_to(*content, *entry, entry->path.str())},
                              value);
        }
        // A value of a folder is written again, under the name that it had there.
        if (entry) {
            own_path = entry->path.str();
        }
    }
    return put_shared(write(draft_, pending_, value, own_path), value);
}

AddedValue AddSession::add_value(const Value& value, std::string_view path) {
    if (const auto known = find_identity(value.identity())) {
        return {known->path.str(), known->digest};
    }
    std::string own_path(path);
    if (const auto& source = value.artifact_source(); source && !source->name.empty()) {
        const auto content = std::dynamic_pointer_cast<const ArtifactContent>(source->artifact);
        const auto entry = content ? content->find_value(source->name, value.type()) : std::nullopt;
        if (entry && draft_.is_of_this_store(*content)) {
            return put_shared({.entry = draft_.reference_to(*content, *entry, std::move(own_path))},
                              value);
        }
    }
    return put_shared(write(draft_, pending_, value, std::move(own_path)), value);
}

AddedValue AddSession::add_entry(const SourcePath& entry, std::string_view path) {
    const auto content = std::dynamic_pointer_cast<const ArtifactContent>(entry.source);
    if (content && draft_.is_of_this_store(*content)) {
        return place({.entry = draft_.reference_to(*content, content->require(entry.path),
                                                   std::string(path))});
    }
    const auto value = entry.source->value(entry.path);
    if (!value) {
        throw Error(ErrorCode::Unsupported,
                    concat("cannot copy a value of an unknown type: ", quoted(entry.path), " of ",
                           quoted(entry.source->name())));
    }
    return add_value(*value, path);
}

AddedValue AddSession::put_shared(PendingAdds::Item item, const Value& value) {
    AddedValue added = place(std::move(item));
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
