// SPDX-License-Identifier: MIT
#include "catalog/sqlite.hpp"

#include <vitrine/core/error.hpp>

#include "core/percent.hpp"
#include "core/text.hpp"

#include <sqlite3.h>

#include <cstring>
#include <utility>

namespace vitrine::sqlite {

namespace {

/// A statement waits at most this long for another process, then fails with Locked. The store's own
/// lock keeps writers apart, so that a statement waits only for checkpoints and for recovery after
/// a crash.
constexpr int kBusyTimeoutMs = 10000;

[[noreturn]] void fail_with(sqlite3* database, const std::string& path, int result,
                            std::string_view sql) {
    // The primary code is in the lowest byte of the extended one.
    const int primary = result & 0xff;
    const bool busy = primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
    std::string text =
        concat("catalogue ", quoted(path), ": ",
               database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(result),
               " (SQLite code ", result, ")");
    if (!sql.empty()) {
        text += concat(" in ", quoted(sql));
    }
    throw DatabaseError(busy ? ErrorCode::Locked : ErrorCode::Database, std::move(text), result);
}

int open_flags(Mode mode) {
    constexpr int kCommon =
        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW;
    switch (mode) {
    case Mode::create:
        return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Mode::write:
        return kCommon | SQLITE_OPEN_READWRITE;
    case Mode::read:
    case Mode::immutable:
        return kCommon | SQLITE_OPEN_READONLY;
    }
    return kCommon | SQLITE_OPEN_READONLY;
}

/// The path as a `file:` URI, in which no character has a special meaning.
std::string uri_of(const std::string& path, Mode mode) {
    return concat("file:", percent_encode(path, "/"),
                  mode == Mode::immutable ? "?immutable=1" : "");
}

} // namespace

// ---- Statement

Statement::Statement(sqlite3* database, const std::string& path, std::string_view sql)
    : database_(database), path_(path) {
    const int result = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (result != SQLITE_OK) {
        fail_with(database, path, result, sql);
    }
}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

void Statement::fail(int result) const {
    fail_with(database_, path_, result, sqlite3_sql(statement_));
}

// ---- Query

Query::Query(Statement& statement) : statement_(statement) {
    if (statement.busy_) {
        statement_.fail(SQLITE_MISUSE);
    }
    statement_.busy_ = true;
}

Query::~Query() {
    reset();
    statement_.busy_ = false;
}

void Query::check(int result) const {
    if (result != SQLITE_OK) {
        statement_.fail(result);
    }
}

bool Query::step() {
    const int result = sqlite3_step(statement_.statement_);
    if (result == SQLITE_ROW) {
        return true;
    }
    if (result != SQLITE_DONE) {
        statement_.fail(result);
    }
    return false;
}

void Query::execute() {
    while (step()) {
    }
}

void Query::reset() {
    // The result repeats the error of the last step, which step() has thrown already.
    sqlite3_reset(statement_.statement_);
    sqlite3_clear_bindings(statement_.statement_);
}

void Query::bind_one(int index, std::int64_t value) {
    check(sqlite3_bind_int64(statement_.statement_, index + 1, value));
}

void Query::bind_one(int index, std::uint64_t value) {
    bind_one(index, static_cast<std::int64_t>(value));
}

void Query::bind_one(int index, int value) {
    bind_one(index, std::int64_t{value});
}

void Query::bind_one(int index, bool value) {
    bind_one(index, std::int64_t{value ? 1 : 0});
}

// Texts and blobs are bound without a copy: they outlive the Query. The pointer is never null,
// since SQLite would bind NULL.
void Query::bind_one(int index, std::string_view text) {
    check(sqlite3_bind_text64(statement_.statement_, index + 1, text.empty() ? "" : text.data(),
                              text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Query::bind_one(int index, Blob blob) {
    check(sqlite3_bind_blob64(statement_.statement_, index + 1,
                              blob.bytes.empty() ? "" : blob.bytes.data(), blob.bytes.size(),
                              SQLITE_STATIC));
}

void Query::bind_one(int index, const Sha256& digest) {
    check(sqlite3_bind_blob64(statement_.statement_, index + 1, digest.bytes.data(),
                              digest.bytes.size(), SQLITE_STATIC));
}

void Query::bind_one(int index, const Md5& digest) {
    check(sqlite3_bind_blob64(statement_.statement_, index + 1, digest.bytes.data(),
                              digest.bytes.size(), SQLITE_STATIC));
}

void Query::bind_one(int index, std::nullopt_t) {
    check(sqlite3_bind_null(statement_.statement_, index + 1));
}

bool Query::is_null(int column) const {
    return sqlite3_column_type(statement_.statement_, column) == SQLITE_NULL;
}

std::int64_t Query::int64(int column) const {
    return sqlite3_column_int64(statement_.statement_, column);
}

std::uint64_t Query::uint64(int column) const {
    const std::int64_t value = int64(column);
    if (value < 0) {
        throw Error(ErrorCode::Corruption,
                    concat("catalogue ", quoted(statement_.path_), " is damaged: negative '",
                           sqlite3_column_name(statement_.statement_, column), "' (", value, ")"));
    }
    return static_cast<std::uint64_t>(value);
}

std::optional<std::uint64_t> Query::optional_uint64(int column) const {
    return is_null(column) ? std::nullopt : std::optional(uint64(column));
}

std::string Query::text(int column) const {
    // The pointer comes first: to ask for it may convert the value and change its length.
    const void* data = sqlite3_column_blob(statement_.statement_, column);
    const int size = sqlite3_column_bytes(statement_.statement_, column);
    return data == nullptr
               ? std::string()
               : std::string(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

std::optional<std::string> Query::optional_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional(text(column));
}

const void* Query::fixed_blob(int column, int size) const {
    const void* data = sqlite3_column_blob(statement_.statement_, column);
    const int actual = sqlite3_column_bytes(statement_.statement_, column);
    if (data == nullptr || actual != size) {
        throw Error(ErrorCode::Corruption,
                    concat("catalogue ", quoted(statement_.path_), " is damaged: expected ", size,
                           " bytes in '", sqlite3_column_name(statement_.statement_, column),
                           "', got ", actual));
    }
    return data;
}

Sha256 Query::sha256(int column) const {
    Sha256 digest;
    std::memcpy(digest.bytes.data(), fixed_blob(column, static_cast<int>(digest.bytes.size())),
                digest.bytes.size());
    return digest;
}

Md5 Query::md5(int column) const {
    Md5 digest;
    std::memcpy(digest.bytes.data(), fixed_blob(column, static_cast<int>(digest.bytes.size())),
                digest.bytes.size());
    return digest;
}

// ---- Connection

Connection::Connection(const std::filesystem::path& path, Mode mode) : path_(path.native()) {
    const std::string uri = uri_of(std::filesystem::absolute(path).native(), mode);
    const int result = sqlite3_open_v2(uri.c_str(), &database_, open_flags(mode), nullptr);
    try {
        if (result != SQLITE_OK) {
            fail_with(database_, path_, result, "");
        }
        sqlite3_busy_timeout(database_, kBusyTimeoutMs);
        // The file is untrusted: its schema may not call functions, and pages are checked.
        sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        execute_script("PRAGMA cell_size_check = ON");
        execute_script("PRAGMA foreign_keys = ON");
    } catch (...) {
        sqlite3_close(database_);
        throw;
    }
}

Connection::~Connection() {
    statements_.clear();
    sqlite3_close(database_);
}

void Connection::execute_script(const std::string& sql) {
    const int result = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) {
        fail_with(database_, path_, result, sql);
    }
}

Statement& Connection::prepared(std::string_view sql) {
    auto& statement = statements_[sql];
    if (!statement) {
        statement = std::make_unique<Statement>(database_, path_, sql);
    }
    return *statement;
}

bool Connection::read_only() const {
    return sqlite3_db_readonly(database_, "main") == 1;
}

bool Connection::autocommit() const {
    return sqlite3_get_autocommit(database_) != 0;
}

std::int64_t Connection::changes() const {
    return sqlite3_changes64(database_);
}

void Connection::rollback() noexcept {
    if (!autocommit()) {
        // This fails only if SQLite has rolled back already.
        sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

} // namespace vitrine::sqlite
