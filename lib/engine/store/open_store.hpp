// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "catalog/catalog.hpp"
#include "core/file_system.hpp"
#include "engine/engine.hpp"
#include "engine/store/catalog_pool.hpp"
#include "engine/store/file_lock.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/segment_cache.hpp"
#include "engine/store/store_layout.hpp"
#include "object/object_store.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace vitrine {

/// All parts of a store that is open in this process; what the operations (commit, gc, verify,
/// ...) work on. Its parts are safe to use from many threads.
struct OpenStore {
    /// Takes the shared lock on vitrine.json and opens the catalogue.
    /// Throws: NotAStore, Unsupported, Locked while `repair` works on it.
    OpenStore(StoreLayout store_layout, EngineOptions engine_options);

    StoreLayout layout;
    EngineOptions options; ///< files, now and draw_id are set
    StoreSettings settings;
    FileLock open_lock;
    std::unique_ptr<Catalog> catalog; ///< for write turns
    /// For everything else. A connection of its own, so that in this process, too, nobody who reads
    /// waits for one who commits.
    std::unique_ptr<Catalog> reads;
    CatalogPool readers; ///< for many look-ups by many threads
    ObjectStore objects;
    LeaseManager leases;
    SegmentCache segments;

    FileSystem& files() const { return *options.files; }
    bool durable() const { return settings.durability == Durability::safe; }
    void notice(std::string_view text) const;
    /// Throws: InvalidArgument.
    void require_writable() const;

    /// A connection of its own, for long reads beside others.
    std::unique_ptr<Catalog> second_catalog() const;

    /// An object's bytes, compared. Throws: NotFound, Corruption, IoError.
    std::string read_object(const Sha256& object);
    /// The same as a stream, compared where it ends.
    std::unique_ptr<CheckedInput> open_object(const Sha256& object);
    /// Throws: NotFound.
    ObjectLocation require_location(const Sha256& object);

    // Flushing; nothing where the store's durability is `fast`.
    void flush_file(const std::filesystem::path& path) const;
    void flush_folders(const std::set<std::filesystem::path>& folders) const;
    void flush_file_system() const;
};

ObjectLocation location_of(const ObjectRow& row);

} // namespace vitrine
