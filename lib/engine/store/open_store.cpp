// SPDX-License-Identifier: MIT
#include "engine/store/open_store.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/text.hpp"
#include "engine/store/clock.hpp"
#include "engine/store/store_settings.hpp"

#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

EngineOptions with_defaults(EngineOptions options) {
    if (!options.files) {
        options.files = std::make_shared<LinklessFileSystem>();
    }
    if (!options.now) {
        options.now = utc_now;
    }
    if (!options.draw_id) {
        options.draw_id = [] { return parse_hex(random_name()); };
    }
    return options;
}

StoreSettings read_sound_settings(const StoreLayout& layout) {
    try {
        return read_settings(layout);
    } catch (const Error& error) {
        const bool is_damaged = error.code() == ErrorCode::Corruption;
        if (is_damaged || error.code() == ErrorCode::InvalidFormat) {
            throw Error(is_damaged ? ErrorCode::NotAStore : error.code(),
                        concat(error.what(), ": run 'vitrine repair'"));
        }
        throw;
    }
}

FileLock take_open_lock(const StoreLayout& layout) {
    auto lock = FileLock::try_take(layout.settings(), FileLock::Mode::Shared);
    if (!lock) {
        throw Error(ErrorCode::Locked,
                    concat("store ", quoted(layout.root.native()), " is being repaired"));
    }
    return std::move(*lock);
}

} // namespace

OpenStore::OpenStore(StoreLayout store_layout, EngineOptions engine_options)
    : layout(std::move(store_layout)), options(with_defaults(std::move(engine_options))),
      settings(read_sound_settings(layout)), open_lock(take_open_lock(layout)),
      catalog(Catalog::open(layout.catalog(), settings.store_id, options.read_only, durable())),
      reads(Catalog::open(layout.catalog(), settings.store_id, true)),
      readers([this] { return second_catalog(); }), objects(layout.objects(), options.files),
      leases(layout, options.files, *reads, options.warn, options.read_only), segments(layout) {}

void OpenStore::warn(std::string_view text) const {
    if (options.warn) {
        options.warn(text);
    }
}

void OpenStore::require_writable() const {
    if (options.read_only) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("store ", quoted(layout.root.native()), " was opened read-only"));
    }
}

std::unique_ptr<Catalog> OpenStore::second_catalog() const {
    return Catalog::open(layout.catalog(), settings.store_id, true);
}

ObjectLocation OpenStore::require_location(const Sha256& object) {
    const auto row = reads->objects.find(object);
    if (!row) {
        throw Error(ErrorCode::NotFound,
                    concat("no object ", quoted(object.hex()), " in the store"));
    }
    return location_of(*row);
}

std::optional<fs::path> OpenStore::object_path(const Sha256& object) {
    const auto row = reads->objects.find(object);
    std::optional<fs::path> path = row ? objects.file_of(location_of(*row)) : std::nullopt;
    // The caller opens the path by itself, and would follow a link or wait for a FIFO there.
    std::error_code ignored;
    if (path && fs::exists(fs::symlink_status(*path, ignored))) {
        static_cast<void>(open_linkless(*path));
    }
    return path;
}

std::vector<std::optional<ObjectLocation>> OpenStore::locations_of(std::span<const Sha256> wanted) {
    const Catalog::ReadTransaction view(*reads);
    std::vector<std::optional<ObjectLocation>> locations;
    locations.reserve(wanted.size());
    for (const auto& row : reads->objects.find(wanted)) {
        locations.push_back(row && !row->damaged ? std::optional(location_of(*row)) : std::nullopt);
    }
    return locations;
}

std::string OpenStore::read_object(const Sha256& object) {
    return objects.read(require_location(object));
}

std::unique_ptr<CheckedInput> OpenStore::open_object(const Sha256& object) {
    return objects.open(require_location(object));
}

void OpenStore::flush_file(const fs::path& path) const {
    if (durable()) {
        files().sync_file(open_linkless(path), path);
    }
}

void OpenStore::flush_folders(const std::set<fs::path>& folders) const {
    if (!durable()) {
        return;
    }
    for (const fs::path& folder : folders) {
        files().sync_directory(folder);
    }
}

void OpenStore::flush_file_system() const {
    if (durable()) {
        files().sync_file_system(layout.root);
    }
}

ObjectLocation location_of(const ObjectRow& row) {
    const auto holder = row.file.kind == FileKind::pack ? ObjectLocation::Holder::Pack
                                                        : ObjectLocation::Holder::Loose;
    return {row.sha256, row.size, holder, row.file.name, row.offset};
}

} // namespace vitrine
