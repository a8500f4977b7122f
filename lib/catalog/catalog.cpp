// SPDX-License-Identifier: MIT
#include "catalog/catalog.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <sqlite3.h>

#include <system_error>

namespace vitrine {

namespace {

[[noreturn]] void refuse_catalog(const std::filesystem::path& path, std::string_view problem) {
    throw Error(ErrorCode::NotAStore, concat("catalogue ", quoted(path.native()), " ", problem,
                                             ": run 'vitrine repair'"));
}

/// The primary code is in the lowest byte of the extended one.
int primary_code(const DatabaseError& error) {
    return error.extended_code() & 0xff;
}

bool is_damage(const DatabaseError& error) {
    return primary_code(error) == SQLITE_CORRUPT;
}

constexpr std::string_view kDigestsBetween =
    "SELECT sha256 FROM objects WHERE sha256 BETWEEN ?1 AND ?2 "
    "UNION SELECT name FROM files WHERE name BETWEEN ?1 AND ?2 "
    "UNION SELECT content FROM manifests WHERE content BETWEEN ?1 AND ?2 ORDER BY 1 LIMIT ?3";

} // namespace

// ---- Opening

Catalog::Catalog(const std::filesystem::path& path, sqlite::Mode mode, bool flushes)
    : connection_(path, mode, flushes) {}

std::unique_ptr<Catalog> Catalog::create(const std::filesystem::path& path,
                                         std::string_view store_id, bool flushes) {
    if (std::filesystem::exists(std::filesystem::symlink_status(path))) {
        throw Error(ErrorCode::AlreadyExists,
                    concat("catalogue ", quoted(path.native()), " exists already"));
    }
    std::unique_ptr<Catalog> catalog(new Catalog(path, sqlite::Mode::create, flushes));
    catalog->connection_.execute("INSERT INTO store (one, id) VALUES (1, ?)", store_id);
    return catalog;
}

std::unique_ptr<Catalog> Catalog::open(const std::filesystem::path& path, std::string_view store_id,
                                       bool read_only, bool flushes) {
    if (!std::filesystem::exists(path)) {
        refuse_catalog(path, "is missing");
    }
    try {
        auto catalog = open_file(path, read_only, flushes);
        catalog->check_stamp(store_id);
        return catalog;
    } catch (const DatabaseError& error) {
        if (is_damage(error)) {
            refuse_catalog(path, concat("is damaged: ", error.what()));
        }
        throw;
    }
}

std::optional<std::string> Catalog::id_in(const std::filesystem::path& path) {
    try {
        const auto catalog = open_file(path, true, true);
        sqlite::Query query(catalog->connection_.prepared("SELECT id FROM store"));
        return query.step() ? query.optional_text(0) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::unique_ptr<Catalog> Catalog::open_file(const std::filesystem::path& path, bool read_only,
                                            bool flushes) {
    try {
        if (read_only) {
            return open_read_only(path);
        }
        return std::unique_ptr<Catalog>(new Catalog(path, sqlite::Mode::write, flushes));
    } catch (const DatabaseError& error) {
        if (primary_code(error) == SQLITE_NOTADB) {
            refuse_catalog(path, "is not a database");
        }
        throw;
    }
}

/// WAL mode needs a file of shared memory, which cannot be created on a read-only disk. There,
/// SQLite is told that the database does not change.
std::unique_ptr<Catalog> Catalog::open_read_only(const std::filesystem::path& path) {
    try {
        std::unique_ptr<Catalog> catalog(new Catalog(path, sqlite::Mode::read, false));
        catalog->epoch();
        return catalog;
    } catch (const DatabaseError& error) {
        const int primary = primary_code(error);
        const bool cannot_share = primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY;
        std::error_code ignored;
        const auto pending = std::filesystem::file_size(path.native() + "-wal", ignored);
        if (!cannot_share || (!ignored && pending > 0)) {
            throw;
        }
        return std::unique_ptr<Catalog>(new Catalog(path, sqlite::Mode::immutable, false));
    }
}

void Catalog::check_stamp(std::string_view store_id) {
    sqlite::Query query(connection_.prepared("SELECT id, complete FROM store"));
    if (!query.step()) {
        refuse_catalog(connection_.path(), "has no store id");
    }
    if (query.text(0) != store_id) {
        refuse_catalog(connection_.path(),
                       concat("belongs to another store: expected id ", quoted(store_id), ", got ",
                              quoted(query.text(0))));
    }
    if (query.int64(1) != 1) {
        refuse_catalog(connection_.path(), "is not complete");
    }
}

void Catalog::set_complete() {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("UPDATE store SET complete = 1");
}

std::optional<std::string> Catalog::find_fault() {
    const auto lock = connection_.lock();
    try {
        sqlite::Query pages(connection_.prepared("PRAGMA integrity_check(1)"));
        if (!pages.step() || pages.text(0) != "ok") {
            return pages.text(0);
        }
        sqlite::Query rows(connection_.prepared("PRAGMA foreign_key_check"));
        if (rows.step()) {
            return concat("a row of ", rows.text(0), " names one of ", rows.text(2),
                          " that is missing");
        }
    } catch (const DatabaseError& error) {
        if (is_damage(error)) {
            return error.what();
        }
        throw;
    }
    return std::nullopt;
}

// ---- Transactions

Catalog::WriteTransaction::WriteTransaction(Catalog& catalog, bool durable)
    : connection_(catalog.connection_) {
    connection_.begin_write(durable);
}

Catalog::WriteTransaction::~WriteTransaction() {
    if (open_) {
        connection_.rollback_write();
    }
}

void Catalog::WriteTransaction::commit() {
    connection_.commit_write();
    open_ = false;
}

// ---- Epochs

std::uint64_t Catalog::epoch() {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared("SELECT epoch FROM store"));
    if (!query.step()) {
        refuse_catalog(connection_.path(), "has no store id");
    }
    return query.uint64(0);
}

std::uint64_t Catalog::raise_epoch() {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("UPDATE store SET epoch = epoch + 1");
    return epoch();
}

void Catalog::set_epoch(std::uint64_t epoch) {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("UPDATE store SET epoch = ?", epoch);
}

// ---- Digests

std::vector<Sha256> Catalog::digests_between(const Sha256& first, const Sha256& last,
                                             std::size_t count) {
    const auto lock = connection_.lock();
    std::vector<Sha256> digests;
    sqlite::Query query(connection_.prepared(kDigestsBetween));
    query.bind(first, last, std::uint64_t{count});
    while (query.step()) {
        digests.push_back(query.sha256(0));
    }
    return digests;
}

} // namespace vitrine
