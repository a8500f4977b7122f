// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog_connection.hpp"
#include "catalog/file_table.hpp"
#include "catalog/manifest_table.hpp"
#include "catalog/object_table.hpp"
#include "catalog/rows.hpp"
#include "catalog/run_table.hpp"
#include "catalog/stat_cache.hpp"
#include "catalog/version_table.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The SQLite index of a store: one connection in WAL mode. It knows rows, not files; the engine
/// decides in which order rows and files change.
///
/// - Members that read may be called at any time. They see the changes of an open transaction.
/// - Members that change something need an open WriteTransaction.
/// - A `visit` function may call any member, also change the rows that are being visited.
///
/// Safe to use from many threads: calls wait for each other, and for the transaction that another
/// thread has open. Throws: DatabaseError, from every member; Corruption where a row holds what
/// cannot be.
class Catalog {
private:
    CatalogConnection connection_; // the tables below refer to it

public:
    ObjectTable objects{connection_};
    FileTable files{connection_};
    ManifestTable manifests{connection_, objects};
    VersionTable versions{connection_};
    RunTable runs{connection_};
    StatCache stats{connection_};

    /// Creates the file of a new catalogue and writes the store's id into it. It cannot be opened
    /// before set_complete was called. Throws: AlreadyExists; Unsupported where the file system
    /// cannot hold a database in WAL mode.
    static std::unique_ptr<Catalog> create(const std::filesystem::path& path,
                                           std::string_view store_id, bool flushes = true);
    /// Opens an existing catalogue, and applies the migrations that it lacks.
    ///
    /// Without `flushes` nothing is ever flushed, not even when the journal is written into the
    /// database: the catalogue survives the death of the process, but not that of the machine.
    ///
    /// Throws: NotAStore if the file is missing, is not a catalogue, is damaged, has another
    /// schema, belongs to another store or is not complete ("run 'vitrine repair'"); Unsupported if
    /// it has migrations of a newer vitrine, or if it lacks migrations and `read_only` is set.
    static std::unique_ptr<Catalog> open(const std::filesystem::path& path,
                                         std::string_view store_id, bool read_only,
                                         bool flushes = true);

    /// The store's id in the catalogue at that path; nothing if it cannot be read.
    static std::optional<std::string> id_in(const std::filesystem::path& path);

    Catalog(const Catalog&) = delete;
    Catalog& operator=(const Catalog&) = delete;

    /// A transaction that changes the catalogue: BEGIN IMMEDIATE ... COMMIT. Rolls back unless it
    /// was committed. The caller holds the store's write lock; calls of other threads wait.
    class WriteTransaction {
    public:
        /// A durable transaction (synchronous=FULL) survives a power cut once it is committed;
        /// others (NORMAL) may be lost. Throws: DatabaseError if a transaction is open, if the
        /// catalogue is read-only, or if `durable` is set for one that does not flush.
        WriteTransaction(Catalog& catalog, bool durable);
        ~WriteTransaction();
        WriteTransaction(const WriteTransaction&) = delete;
        WriteTransaction& operator=(const WriteTransaction&) = delete;
        void commit();

    private:
        CatalogConnection& connection_;
        bool open_ = true;
    };

    /// A consistent view over several reads; may be nested. Calls of other threads wait.
    class ReadTransaction {
    public:
        explicit ReadTransaction(Catalog& catalog) : transaction_(catalog.connection_) {}

    private:
        CatalogConnection::ReadTransaction transaction_;
    };

    /// Sets the stamp that open asks for.
    void set_complete();
    /// The first fault that SQLite finds in the file: in its pages, in an index that differs from
    /// its table, in a row that names a missing one. Nothing if there is none. Reads all of it.
    std::optional<std::string> find_fault();

    /// The epoch of gc, which counts its marking phases.
    std::uint64_t epoch();
    /// Adds one to the epoch and returns it.
    std::uint64_t raise_epoch();
    /// For a catalogue that takes the place of another.
    void set_epoch(std::uint64_t epoch);

    /// At most `count` digests from `first` to `last`, both included, that name an object, a file
    /// or a content, ascending.
    std::vector<Sha256> digests_between(const Sha256& first, const Sha256& last, std::size_t count);

private:
    Catalog(const std::filesystem::path& path, sqlite::Mode mode, bool flushes);

    static std::unique_ptr<Catalog> open_file(const std::filesystem::path& path, bool read_only,
                                              bool flushes);
    static std::unique_ptr<Catalog> open_read_only(const std::filesystem::path& path);
    void check_stamp(std::string_view store_id);
};

} // namespace vitrine
