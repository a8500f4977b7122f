// SPDX-License-Identifier: MIT
#include "object/object_store.hpp"

#include <vitrine/core/error.hpp>

#include "core/hex.hpp"
#include "core/linkless.hpp"
#include "core/text.hpp"

#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_missing(const Sha256& object) {
    throw Error(ErrorCode::Corruption,
                concat("object ", quoted(object.hex()), " is missing: it has no file"));
}

void compare(const ObjectLocation& location, const Sha256& actual) {
    if (actual != location.object) {
        throw DigestMismatch(concat("object ", quoted(location.object.hex())),
                             location.object.hex(), actual.hex());
    }
}

/// Opens the file of an object. Throws: Corruption if it is missing.
FileDescriptor open_object(const fs::path& path, const Sha256& object) {
    try {
        return open_linkless(path);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::NotFound) {
            throw_missing(object);
        }
        throw;
    }
}

std::optional<Sha256> object_of_name(const std::string& name) {
    if (name.size() != 64 || !is_lower_hex(name)) {
        return std::nullopt;
    }
    return Sha256::parse_hex(name);
}

} // namespace

ObjectStore::ObjectStore(fs::path folder, std::shared_ptr<FileSystem> files)
    : loose_(folder / "loose"), packs_folder_(folder / "packs"), files_(std::move(files)),
      packs_(packs_folder_) {}

std::string ObjectStore::loose_file(const Sha256& object) const {
    const std::string name = object.hex();
    return concat(loose_.native(), '/', std::string_view(name).substr(0, 2), '/', name);
}

std::optional<std::string> ObjectStore::file_of(const ObjectLocation& location) const {
    return location.holder == ObjectLocation::Holder::Loose
               ? std::optional(loose_file(location.file))
               : std::nullopt;
}

// ---- Reading

std::shared_ptr<const OpenPacks::Pack>
ObjectStore::open_pack(const ObjectLocation& location) const {
    std::shared_ptr<const OpenPacks::Pack> pack;
    try {
        pack = packs_.open(location.file);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::NotFound) {
            throw_missing(location.object);
        }
        throw;
    }
    if (location.offset > pack->size || location.size > pack->size - location.offset) {
        throw Error(ErrorCode::Corruption,
                    concat("object ", quoted(location.object.hex()), " is damaged: its pack ",
                           quoted(pack->path.native()), " is cut off"));
    }
    return pack;
}

std::string ObjectStore::read(const ObjectLocation& location) const {
    if (location.holder == ObjectLocation::Holder::Pack) {
        open_pack(location); // checks the size against the file's before memory is allocated
        std::string bytes(location.size, '\0');
        read(location, std::as_writable_bytes(std::span(bytes)));
        return bytes;
    }
    std::optional<std::string> bytes = try_read_linkless(loose_path(location.file));
    if (!bytes) {
        throw_missing(location.object);
    }
    compare(location, sha256_of(*bytes));
    return std::move(*bytes);
}

void ObjectStore::read(const ObjectLocation& location, std::span<std::byte> out) const {
    std::size_t got = 0;
    if (location.holder == ObjectLocation::Holder::Pack) {
        const auto pack = open_pack(location);
        got = read_at(*pack->file, out, location.offset, pack->path);
    } else {
        const fs::path path = loose_path(location.file);
        got = read_at(open_object(path, location.object), out, 0, path);
    }
    compare(location, sha256_of(out.first(got)));
}

std::unique_ptr<CheckedInput> ObjectStore::open(const ObjectLocation& location) const {
    const std::string what = concat("object ", quoted(location.object.hex()));
    if (location.holder == ObjectLocation::Holder::Pack) {
        const auto pack = open_pack(location);
        return std::make_unique<CheckedInput>(pack->file, pack->path, location.offset,
                                              location.size, location.object, what);
    }
    const fs::path path = loose_path(location.file);
    auto file = std::make_shared<const FileDescriptor>(open_object(path, location.object));
    return std::make_unique<CheckedInput>(std::move(file), path, location.object, what);
}

void ObjectStore::check(const ObjectLocation& location) const {
    thread_local Hasher hasher(Hash::Sha256);
    hasher.reset();
    const auto add = [](std::span<const std::byte> piece) { hasher.update(piece); };
    if (location.holder == ObjectLocation::Holder::Pack) {
        const auto pack = open_pack(location);
        read_range_in_pieces(*pack->file, location.offset, location.size, pack->path, add);
    } else {
        const fs::path path = loose_path(location.file);
        read_in_pieces(open_object(path, location.object), path, add);
    }
    compare(location, hasher.finish().sha256);
}

// ---- Changing

void ObjectStore::publish(const fs::path& staged, const fs::path& target,
                          std::set<fs::path>& changed) {
    try {
        files_->rename(staged, target);
    } catch (const Error& error) {
        // The first object of a folder creates it.
        if (error.code() != ErrorCode::NotFound || fs::exists(target.parent_path())) {
            throw;
        }
        files_->create_directories(target.parent_path());
        files_->rename(staged, target);
    }
    // The folder may be left by a crash and not be durable: its parent is flushed in any case.
    changed.insert(target.parent_path().parent_path());
    changed.insert(target.parent_path());
}

void ObjectStore::publish_loose(const fs::path& staged, const Sha256& object,
                                std::set<fs::path>& changed) {
    publish(staged, loose_path(object), changed);
}

void ObjectStore::publish_pack(const fs::path& staged, const Sha256& pack,
                               std::set<fs::path>& changed) {
    publish(staged, pack_path(pack), changed);
    packs_.forget(pack);
}

bool ObjectStore::remove_loose(const Sha256& object) {
    return files_->remove(loose_path(object));
}

bool ObjectStore::remove_pack(const Sha256& pack) {
    packs_.forget(pack);
    return files_->remove(pack_path(pack));
}

// ---- Walking

namespace {

/// Visits a file, and a link or the like as a file with no such name: nothing is in it.
void visit_item(const fs::path& path, const FolderItem& item, const std::optional<Sha256>& name,
                const ObjectStore::VisitFile& visit) {
    if (item.type != FolderItem::Type::folder) {
        visit(path, item.type == FolderItem::Type::file ? name : std::nullopt);
    }
}

} // namespace

void ObjectStore::for_each_loose(const VisitFile& visit) const {
    for (const FolderItem& item : list_linkless(loose_)) {
        const fs::path path = loose_ / item.name;
        if (item.type == FolderItem::Type::folder) {
            for (const FolderItem& file : list_linkless(path)) {
                visit_item(path / file.name, file, object_of_name(file.name), visit);
            }
        } else {
            visit_item(path, item, object_of_name(item.name), visit);
        }
    }
}

void ObjectStore::for_each_pack(const VisitFile& visit) const {
    for (const FolderItem& item : list_linkless(packs_folder_)) {
        const fs::path path = packs_folder_ / item.name;
        const bool is_pack = path.extension() == ".pack";
        visit_item(path, item, is_pack ? object_of_name(path.stem().native()) : std::nullopt,
                   visit);
    }
}

} // namespace vitrine
