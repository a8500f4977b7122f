// SPDX-License-Identifier: MIT
#include "catalog/catalog_connection.hpp"

#include <vitrine/core/error.hpp>

#include "catalog/migrations.hpp"
#include "core/text.hpp"

#include <sqlite3.h>

namespace vitrine {

namespace {

[[noreturn]] void throw_misuse(const std::string& path, std::string_view problem) {
    throw DatabaseError(ErrorCode::Database, concat("catalogue ", quoted(path), problem),
                        SQLITE_MISUSE);
}

} // namespace

CatalogConnection::CatalogConnection(const std::filesystem::path& path, sqlite::Mode mode,
                                     bool flushes)
    : database_(path, mode), flushes_(flushes) {
    database_.execute_script(flushes ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = OFF");
    const bool read_only = mode == sqlite::Mode::read || mode == sqlite::Mode::immutable;
    if (!read_only) {
        sqlite::Query journal(database_.prepared("PRAGMA journal_mode = WAL"));
        if (!journal.step() || journal.text(0) != "wal") {
            throw Error(ErrorCode::Unsupported,
                        concat("catalogue ", quoted(path.native()),
                               ": this file system cannot hold a database in WAL mode"));
        }
    }
    database_.execute_script("PRAGMA cache_size = -32768");
    database_.execute_script("PRAGMA journal_size_limit = 67108864");
    database_.execute_script("PRAGMA temp_store = MEMORY");
    if (mode == sqlite::Mode::create) {
        make_schema(database_);
    } else {
        migrate(database_, read_only);
    }
}

void CatalogConnection::require_write() const {
    if (!writing_ || database_.autocommit()) {
        throw_misuse(database_.path(), writing_ ? ": the transaction was rolled back after an error"
                                                : ": no write transaction is open");
    }
}

void CatalogConnection::set_durable(bool durable) {
    if (durable && !flushes_) {
        throw_misuse(database_.path(), " is open without flushes: nothing in it is durable");
    }
    // SQLite refuses to change this inside a transaction.
    if (durable_ != durable) {
        database_.execute_script(durable ? "PRAGMA synchronous = FULL"
                                         : "PRAGMA synchronous = NORMAL");
        durable_ = durable;
    }
}

void CatalogConnection::begin_write(bool durable) {
    std::unique_lock lock(mutex_);
    // SQLite would let a read-only connection begin, and refuse only the first change.
    if (database_.read_only()) {
        throw_misuse(database_.path(), " is open for reading only");
    }
    if (writing_ || readers_ > 0) {
        throw_misuse(database_.path(), ": a transaction is open already");
    }
    set_durable(durable);
    database_.execute("BEGIN IMMEDIATE");
    writing_ = true;
    lock.release();
}

void CatalogConnection::commit_write() {
    const Lock lock(mutex_);
    require_write();
    database_.execute("COMMIT");
    writing_ = false;
    mutex_.unlock(); // locked by begin_write
}

void CatalogConnection::rollback_write() noexcept {
    database_.rollback();
    writing_ = false;
    mutex_.unlock(); // locked by begin_write
}

CatalogConnection::ReadTransaction::ReadTransaction(CatalogConnection& connection)
    : connection_(connection) {
    std::unique_lock lock(connection_.mutex_);
    if (!connection_.writing_ && connection_.readers_ == 0) {
        connection_.database_.execute("BEGIN DEFERRED");
    }
    ++connection_.readers_;
    lock.release();
}

CatalogConnection::ReadTransaction::~ReadTransaction() {
    if (--connection_.readers_ == 0 && !connection_.writing_) {
        connection_.database_.rollback();
    }
    connection_.mutex_.unlock();
}

} // namespace vitrine
