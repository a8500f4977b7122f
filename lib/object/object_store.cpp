// SPDX-License-Identifier: MIT
#include "object/object_store.hpp"

#include <vitrine/core/error.hpp>

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

void require_loose(const ObjectPlace& place) {
    if (place.holder != ObjectPlace::Holder::Loose) {
        throw Error(ErrorCode::Unsupported,
                    concat("object ", quoted(place.object.hex()),
                           " lies in a pack, which this version of vitrine cannot read"));
    }
}

void compare(const ObjectPlace& place, const Sha256& actual) {
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
    if (name.size() != 64 || name.find_first_not_of("0123456789abcdef") != std::string::npos) {
        return std::nullopt;
    }
    return Sha256::parse_hex(name);
}

} // namespace

ObjectStore::ObjectStore(fs::path folder, std::shared_ptr<FileSystem> files)
    : loose_(std::move(folder) / "loose"), files_(std::move(files)) {}

fs::path ObjectStore::loose_path(const Sha256& object) const {
    const std::string name = object.hex();
    return loose_ / name.substr(0, 2) / name;
}

std::optional<fs::path> ObjectStore::file_of(const ObjectPlace& place) const {
    return place.holder == ObjectPlace::Holder::Loose ? std::optional(loose_path(place.file))
                                                      : std::nullopt;
}

std::string ObjectStore::read(const ObjectPlace& place) const {
    require_loose(place);
    std::optional<std::string> bytes = try_read_file(loose_path(place.file));
    if (!bytes) {
        throw_missing(place.object);
    }
    compare(place, sha256_of(*bytes));
    return std::move(*bytes);
}

std::unique_ptr<CheckedInput> ObjectStore::open(const ObjectPlace& place) const {
    require_loose(place);
    try {
        return std::make_unique<CheckedInput>(loose_path(place.file), place.object,
                                              concat("object ", quoted(place.object.hex())));
    } catch (const Error& error) {
        if (error.code() == ErrorCode::NotFound) {
            throw_missing(place.object);
        }
        throw;
    }
}

void ObjectStore::check(const ObjectPlace& place) const {
    require_loose(place);
    const fs::path path = loose_path(place.file);
    const FileDescriptor file = open_object(path, place.object);
    thread_local Hasher hasher(Hash::Sha256);
    hasher.reset();
    read_in_pieces(file, path, [](std::span<const std::byte> piece) { hasher.update(piece); });
    compare(place, hasher.finish().sha256);
}

void ObjectStore::place_loose(const fs::path& staged, const Sha256& object,
                              std::set<fs::path>& changed) {
    const fs::path target = loose_path(object);
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
    changed.insert(loose_);
    changed.insert(target.parent_path());
}

bool ObjectStore::remove_loose(const Sha256& object) {
    return files_->remove(loose_path(object));
}

void ObjectStore::for_each_loose(
    const std::function<void(const fs::path&, const std::optional<Sha256>&)>& visit) const {
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

} // namespace vitrine
