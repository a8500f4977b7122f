// SPDX-License-Identifier: MIT
#include "object/object_store.hpp"

#include <vitrine/core/error.hpp>

#include "core/hex.hpp"
#include "core/text.hpp"

#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_missing(const Sha256& object) {
    throw Error(ErrorCode::Corruption,
                concat("object ", quoted(object.hex()), " is missing: it has no file"));
}

void compare(const ObjectLocation& place, const Sha256& actual) {
    if (actual != place.object) {
        throw DigestMismatch(concat("object ", quoted(place.object.hex())), place.object.hex(),
                             actual.hex());
    }
}

/// Opens the file of an object; that it is not there is damage, not a missing path.
FileDescriptor open_object(const fs::path& path, const Sha256& object) {
    try {
        return open_for_reading(path);
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

std::optional<std::string> ObjectStore::file_of(const ObjectLocation& place) const {
    return place.holder == ObjectLocation::Holder::Loose ? std::optional(loose_file(place.file))
                                                         : std::nullopt;
}

// ---- Reading

std::shared_ptr<const OpenPacks::Pack> ObjectStore::open_pack(const ObjectLocation& place) const {
    std::shared_ptr<const OpenPacks::Pack> pack;
    try {
        pack = packs_.open(place.file);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::NotFound) {
            throw_missing(place.object);
        }
        throw;
    }
    if (place.offset > pack->size || place.size > pack->size - place.offset) {
        throw Error(ErrorCode::Corruption,
                    concat("object ", quoted(place.object.hex()), " is damaged: its pack ",
                           quoted(pack->path.native()), " is cut off"));
    }
    return pack;
}

std::string ObjectStore::read(const ObjectLocation& place) const {
    if (place.holder == ObjectLocation::Holder::Pack) {
        open_pack(place); // The size is bounded by the file's before memory is taken for it.
        std::string bytes(place.size, '\0');
        read(place, std::as_writable_bytes(std::span(bytes)));
        return bytes;
    }
    std::optional<std::string> bytes = try_read_file(loose_path(place.file));
    if (!bytes) {
        throw_missing(place.object);
    }
    compare(place, sha256_of(*bytes));
    return std::move(*bytes);
}

void ObjectStore::read(const ObjectLocation& place, std::span<std::byte> out) const {
    std::size_t got = 0;
    if (place.holder == ObjectLocation::Holder::Pack) {
        const auto pack = open_pack(place);
        got = read_at(*pack->file, out, place.offset, pack->path);
    } else {
        const fs::path path = loose_path(place.file);
        got = read_at(open_object(path, place.object), out, 0, path);
    }
    compare(place, sha256_of(out.first(got)));
}

std::unique_ptr<CheckedInput> ObjectStore::open(const ObjectLocation& place) const {
    const std::string what = concat("object ", quoted(place.object.hex()));
    if (place.holder == ObjectLocation::Holder::Pack) {
        const auto pack = open_pack(place);
        return std::make_unique<CheckedInput>(pack->file, pack->path, place.offset, place.size,
                                              place.object, what);
    }
    try {
        return std::make_unique<CheckedInput>(loose_path(place.file), place.object, what);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::NotFound) {
            throw_missing(place.object);
        }
        throw;
    }
}

void ObjectStore::check(const ObjectLocation& place) const {
    thread_local Hasher hasher(Hash::Sha256);
    hasher.reset();
    const auto add = [](std::span<const std::byte> piece) { hasher.update(piece); };
    if (place.holder == ObjectLocation::Holder::Pack) {
        const auto pack = open_pack(place);
        read_range_in_pieces(*pack->file, place.offset, place.size, pack->path, add);
    } else {
        const fs::path path = loose_path(place.file);
        read_in_pieces(open_object(path, place.object), path, add);
    }
    compare(place, hasher.finish().sha256);
}

// ---- Changing

void ObjectStore::place(const fs::path& staged, const fs::path& target,
                        std::set<fs::path>& changed) {
    try {
        files_->rename(staged, target);
    } catch (const Error& error) {
        // The folder is made by the first object that needs it.
        if (error.code() != ErrorCode::NotFound || fs::exists(target.parent_path())) {
            throw;
        }
        files_->create_directories(target.parent_path());
        files_->rename(staged, target);
    }
    // A folder that is there may be one of a crash, and not durable: its name is flushed anyway.
    changed.insert(target.parent_path().parent_path());
    changed.insert(target.parent_path());
}

void ObjectStore::publish_loose(const fs::path& staged, const Sha256& object,
                                std::set<fs::path>& changed) {
    place(staged, loose_path(object), changed);
}

void ObjectStore::publish_pack(const fs::path& staged, const Sha256& pack,
                               std::set<fs::path>& changed) {
    place(staged, pack_path(pack), changed);
    packs_.forget(pack);
}

bool ObjectStore::remove_loose(const Sha256& object) {
    return files_->remove(loose_path(object));
}

bool ObjectStore::remove_pack(const Sha256& pack) {
    packs_.forget(pack);
    return files_->remove(pack_path(pack));
}

// ---- What is there

void ObjectStore::for_each_loose(const VisitFile& visit) const {
    std::error_code error;
    fs::recursive_directory_iterator item(loose_, error);
    if (error) {
        throw IoError("read folder", loose_, error);
    }
    for (const fs::recursive_directory_iterator end; item != end; item.increment(error)) {
        if (!item->is_directory(error)) {
            visit(item->path(), object_of_name(item->path().filename().native()));
        }
    }
    if (error) {
        throw IoError("read folder", loose_, error);
    }
}

void ObjectStore::for_each_pack(const VisitFile& visit) const {
    std::error_code error;
    fs::directory_iterator item(packs_folder_, error);
    for (const fs::directory_iterator end; !error && item != end; item.increment(error)) {
        const fs::path& path = item->path();
        visit(path,
              path.extension() == ".pack" ? object_of_name(path.stem().native()) : std::nullopt);
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        throw IoError("read folder", packs_folder_, error);
    }
}

} // namespace vitrine
