// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "catalog/catalog.hpp"
#include "core/file_system.hpp"
#include "engine/store/catalog_pool.hpp"
#include "engine/store/engine_options.hpp"
#include "engine/store/file_lock.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/segment_cache.hpp"
#include "engine/store/store_layout.hpp"
#include "engine/store/store_settings.hpp"
#include "object/object_store.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The parts of a store that is open in this process. The operations (commit, gc, verify, ...) work
/// on it. Safe to use from many threads.
struct OpenStore {
    /// Takes the shared lock on vitrine.json and opens the catalogue.
    /// Throws: NotAStore, Unsupported; Locked while `repair` works on the store; IoError,
    /// DatabaseError.
    OpenStore(StoreLayout store_layout, EngineOptions engine_options);

    StoreLayout layout;
    EngineOptions options; ///< files, now and draw_id are set
    StoreSettings settings;
    FileLock open_lock;
    std::unique_ptr<Catalog> catalog; ///< for write transactions
    /// For everything else. A connection of its own, so that readers of this process do not wait
    /// for a commit.
    std::unique_ptr<Catalog> reads;
    CatalogPool readers; ///< for many lookups from many threads
    ObjectStore objects;
    LeaseManager leases;
    SegmentCache segments;

    FileSystem& files() const { return *options.files; }
    bool durable() const { return settings.durability == Durability::safe; }
    /// Sends a message to the user, if the options ask for it.
    void warn(std::string_view text) const;
    /// Throws InvalidArgument if the store was opened read-only.
    void require_writable() const;

    /// Opens another read-only connection, for long reads beside others. Throws: DatabaseError.
    std::unique_ptr<Catalog> second_catalog() const;

    /// Reads an object and compares it with its name. Throws: NotFound, Corruption, IoError,
    /// DatabaseError.
    std::string read_object(const Sha256& object);
    /// Opens an object as a stream, which is compared with its name at the end. Throws: as
    /// read_object.
    std::unique_ptr<CheckedInput> open_object(const Sha256& object);
    /// Throws: NotFound, DatabaseError.
    ObjectLocation require_location(const Sha256& object);
    /// The file that contains just the object's bytes; nothing if the object is packed or missing.
    /// Throws: Corruption for a link, or what is no regular file; IoError; DatabaseError.
    std::optional<std::filesystem::path> object_path(const Sha256& object);
    /// The locations of many objects, in their order; nothing for those that are missing or known
    /// to be damaged. They are valid as long as a lease protects the objects.
    std::vector<std::optional<ObjectLocation>> locations_of(std::span<const Sha256> wanted);

    // These flush files and folders. They do nothing if the store's durability is `fast`.
    void flush_file(const std::filesystem::path& path) const;
    void flush_folders(const std::set<std::filesystem::path>& folders) const;
    void flush_file_system() const;
};

/// The location that an object row names.
ObjectLocation location_of(const ObjectRow& row);

} // namespace vitrine
