// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace vitrine::sqlite {

/// Bytes to bind as a BLOB. They must outlive the Query.
struct Blob {
    std::string_view bytes;
};

/// How a Connection opens its file.
enum class Mode {
    create,    ///< creates a new, empty database
    write,     ///< opens an existing one
    read,      ///< opens an existing one and changes nothing
    immutable, ///< the same, on a read-only disk: no other process changes the database either
};

/// A prepared statement. Created by Connection, used through Query.
class Statement {
public:
    Statement(sqlite3* database, const std::string& path, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

private:
    friend class Query;
    [[noreturn]] void fail(int result) const;

    sqlite3* database_;
    const std::string& path_;
    sqlite3_stmt* statement_ = nullptr;
    bool busy_ = false;
};

/// One execution of a prepared statement: bind, step row by row, read columns. Resets the statement
/// when it goes out of scope. Columns and parameters count from 0. Texts and blobs are bound
/// without a copy and must outlive the Query.
///
/// Throws: DatabaseError; Corruption from the functions that read a column.
class Query {
public:
    explicit Query(Statement& statement);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Binds all parameters in order.
    template <class... Values>
    Query& bind(const Values&... values) {
        int index = 0;
        (bind_one(index++, values), ...);
        return *this;
    }

    /// Moves to the next row. Returns false after the last one.
    bool step();
    /// Steps to the end and ignores all rows.
    void execute();
    /// Prepares for another execution with other parameters.
    void reset();

    bool is_null(int column) const;
    std::int64_t int64(int column) const;
    /// Throws: Corruption if the value is negative.
    std::uint64_t uint64(int column) const;
    std::optional<std::uint64_t> optional_uint64(int column) const;
    /// The bytes of a TEXT or BLOB.
    std::string text(int column) const;
    std::optional<std::string> optional_text(int column) const;
    /// Throws: Corruption unless the BLOB has the length of the digest.
    Sha256 sha256(int column) const;
    Md5 md5(int column) const;

private:
    void bind_one(int index, std::int64_t value);
    void bind_one(int index, std::uint64_t value);
    void bind_one(int index, int value);
    void bind_one(int index, bool value);
    void bind_one(int index, std::string_view text);
    void bind_one(int index, const std::string& text) { bind_one(index, std::string_view(text)); }
    void bind_one(int index, Blob blob);
    void bind_one(int index, const Sha256& digest);
    void bind_one(int index, const Md5& digest);
    void bind_one(int index, std::nullopt_t);
    template <class T>
    void bind_one(int index, const std::optional<T>& value) {
        value ? bind_one(index, *value) : bind_one(index, std::nullopt);
    }
    /// The column's BLOB. Throws: Corruption unless it has `size` bytes.
    const void* fixed_blob(int column, int size) const;
    void check(int result) const;

    Statement& statement_;
};

/// A connection to one database file. Used by one thread at a time.
///
/// Throws: DatabaseError with the path, SQLite's message and extended code, and the SQL. Its code
/// is Locked if another process kept the database busy for longer than the busy timeout.
class Connection {
public:
    Connection(const std::filesystem::path& path, Mode mode);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Executes one or more statements that are not kept, and ignores their rows.
    void execute_script(const std::string& sql);
    /// Returns the statement of `sql`; prepares it at the first call and keeps it. `sql` must
    /// outlive the connection: use a literal.
    Statement& prepared(std::string_view sql);
    /// Binds `values` to the statement of `sql`, a literal, and executes it.
    template <class... Values>
    void execute(std::string_view sql, const Values&... values) {
        Query(prepared(sql)).bind(values...).execute();
    }

    /// Whether this connection cannot change the database.
    bool read_only() const;
    /// Whether no transaction is open. SQLite itself rolls a transaction back after some errors.
    bool autocommit() const;
    /// The number of rows that the last statement changed.
    std::int64_t changes() const;
    /// Rolls back if a transaction is open. Never fails.
    void rollback() noexcept;

    const std::string& path() const { return path_; }

private:
    std::string path_;
    sqlite3* database_ = nullptr;
    std::unordered_map<std::string_view, std::unique_ptr<Statement>> statements_;
};

} // namespace vitrine::sqlite
