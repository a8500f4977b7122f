// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/sqlite.hpp"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

namespace vitrine {

/// The database of a Catalog, its mutex and its transactions. The tables of the catalogue share
/// one. Every access locks the mutex; a transaction holds it from its start to its end. The mutex
/// is recursive, so that the transaction's own thread can go on.
class CatalogConnection {
public:
    using Lock = std::lock_guard<std::recursive_mutex>;

    /// Without `flushes`, no transaction is ever flushed to the disk. Throws: DatabaseError; Error
    /// (NotAStore, Unsupported) as Catalog::open does.
    CatalogConnection(const std::filesystem::path& path, sqlite::Mode mode, bool flushes);

    [[nodiscard]] Lock lock() { return Lock(mutex_); }
    /// The statement of `sql`, which must be a literal. The caller holds the lock.
    sqlite::Statement& prepared(std::string_view sql) { return database_.prepared(sql); }
    /// Executes a statement that returns no rows. The caller holds the lock.
    template <class... Values>
    void execute(std::string_view sql, const Values&... values) {
        database_.execute(sql, values...);
    }
    /// The number of rows that the last statement changed. The caller holds the lock.
    std::int64_t changes() const { return database_.changes(); }
    const std::string& path() const { return database_.path(); }

    /// Throws DatabaseError unless a write transaction is open. SQLite may have rolled it back
    /// after an error; each further statement would then be committed by itself.
    void require_write() const;

    /// Starts a write transaction and keeps the mutex locked until it ends.
    void begin_write(bool durable);
    void commit_write();
    void rollback_write() noexcept;

    /// A consistent view over several reads; may be nested. Keeps the mutex locked.
    class ReadTransaction {
    public:
        explicit ReadTransaction(CatalogConnection& connection);
        ~ReadTransaction();
        ReadTransaction(const ReadTransaction&) = delete;
        ReadTransaction& operator=(const ReadTransaction&) = delete;

    private:
        CatalogConnection& connection_;
    };

private:
    void set_durable(bool durable);

    std::recursive_mutex mutex_;
    sqlite::Connection database_;
    bool writing_ = false;
    bool flushes_;
    bool durable_ = false;
    int readers_ = 0; ///< nested read transactions of the thread that holds the mutex
};

} // namespace vitrine
