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

/// Bytes to bind as a BLOB; valid while the call lasts.
struct Blob {
    std::string_view bytes;
};

/// How a Connection opens its file.
enum class Mode {
    create,    ///< makes a new, empty database
    write,     ///< opens one that exists
    read,      ///< opens one that exists and changes nothing in it
    immutable, ///< the same, on a disk where nothing can be written and nobody else writes
};

/// A prepared statement. Made by Connection; used through Query.
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

/// One run of a prepared statement: bind, step row by row, read columns. Resets the statement
/// when it goes out of scope. Columns and parameters count from 0.
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

    /// True while there is a row. Throws: DatabaseError.
    bool step();
    /// Steps to the end, whatever rows there are.
    void run();
    /// Makes it ready for other parameters.
    void reset();

    bool is_null(int column) const;
    std::int64_t int64(int column) const;
    /// Throws: Error Corruption where a value that cannot be negative is.
    std::uint64_t uint64(int column) const;
    std::optional<std::uint64_t> optional_uint64(int column) const;
    /// TEXT or BLOB as it is stored.
    std::string text(int column) const;
    std::optional<std::string> optional_text(int column) const;
    /// Throws: Error Corruption where the BLOB has not the digest's length.
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
    /// The column's BLOB, which has to have `size` bytes.
    const void* fixed_blob(int column, int size) const;
    void check(int result) const;

    Statement& statement_;
};

/// A connection to one database file. One thread at a time.
///
/// Every error is a DatabaseError with the path, SQLite's text, its extended code and the SQL;
/// code Locked where another process kept the database busy for longer than the busy timeout.
class Connection {
public:
    Connection(const std::filesystem::path& path, Mode mode);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Runs statements that give no rows of interest.
    void execute(const std::string& sql);
    /// The statement of `sql`, prepared at first use and kept. `sql` must live as long as the
    /// connection (a literal).
    Statement& prepared(std::string_view sql);
    /// Prepares or takes up `sql` and binds `values`.
    template <class... Values>
    void run(std::string_view sql, const Values&... values) {
        Query(prepared(sql)).bind(values...).run();
    }

    /// Whether this connection cannot change the database.
    bool read_only() const;
    /// Whether no transaction is open (SQLite rolls one back by itself after some errors).
    bool autocommit() const;
    /// Rows changed by the last statement.
    std::int64_t changes() const;
    /// Rolls back if a transaction is open; never fails.
    void rollback() noexcept;

    const std::string& path() const { return path_; }

private:
    std::string path_;
    sqlite3* database_ = nullptr;
    std::unordered_map<std::string_view, std::unique_ptr<Statement>> statements_;
};

} // namespace vitrine::sqlite
