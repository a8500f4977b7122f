// SPDX-License-Identifier: MIT
#include "catalog/catalog.hpp"

#include <vitrine/core/error.hpp>

#include "catalog/migrations.hpp"
#include "catalog/sqlite_catalog.hpp"
#include "core/text.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <numeric>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view problem) {
    throw Error(ErrorCode::NotAStore, concat("catalogue ", quoted(path.native()), " ", problem,
                                             ": run 'vitrine repair'"));
}

/// Read-only connections on a disk that nobody can write to: WAL needs a shared-memory file, which
/// cannot be made there, so SQLite is told that nothing changes.
std::unique_ptr<SqliteCatalog> open_for_reading_only(const std::filesystem::path& path) {
    try {
        auto catalog = std::make_unique<SqliteCatalog>(path, sqlite::Mode::read, false);
        catalog->epoch();
        return catalog;
    } catch (const DatabaseError& error) {
        const int primary = error.extended_code() & 0xff;
        const bool cannot_share = primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY;
        std::error_code ignored;
        const auto pending = std::filesystem::file_size(path.native() + "-wal", ignored);
        if (!cannot_share || (!ignored && pending > 0)) {
            throw;
        }
        return std::make_unique<SqliteCatalog>(path, sqlite::Mode::immutable, false);
    }
}

std::unique_ptr<SqliteCatalog> open_file(const std::filesystem::path& path, bool read_only,
                                         bool flushes) {
    try {
        return read_only ? open_for_reading_only(path)
                         : std::make_unique<SqliteCatalog>(path, sqlite::Mode::write, flushes);
    } catch (const DatabaseError& error) {
        if ((error.extended_code() & 0xff) == SQLITE_NOTADB) {
            refuse(path, "is not a database");
        }
        throw;
    }
}

} // namespace

// ---- Opening

std::unique_ptr<Catalog> Catalog::create(const std::filesystem::path& path,
                                         std::string_view store_id, bool flushes) {
    if (std::filesystem::exists(std::filesystem::symlink_status(path))) {
        throw Error(ErrorCode::AlreadyExists,
                    concat("catalogue ", quoted(path.native()), " is there already"));
    }
    auto catalog = std::make_unique<SqliteCatalog>(path, sqlite::Mode::create, flushes);
    catalog->stamp_new(store_id);
    return catalog;
}

std::unique_ptr<Catalog> Catalog::open(const std::filesystem::path& path, std::string_view store_id,
                                       bool read_only, bool flushes) {
    if (!std::filesystem::exists(path)) {
        refuse(path, "is missing");
    }
    auto catalog = open_file(path, read_only, flushes);
    catalog->check_stamp(store_id);
    return catalog;
}

SqliteCatalog::SqliteCatalog(const std::filesystem::path& path, sqlite::Mode mode, bool flushes)
    : database_(path, mode), flushes_(flushes) {
    database_.execute(flushes ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = OFF");
    const bool read_only = mode == sqlite::Mode::read || mode == sqlite::Mode::immutable;
    if (!read_only) {
        sqlite::Query journal(database_.prepared("PRAGMA journal_mode = WAL"));
        if (!journal.step() || journal.text(0) != "wal") {
            throw Error(ErrorCode::Unsupported,
                        concat("catalogue ", quoted(path.native()),
                               ": this file system cannot hold a database in WAL mode"));
        }
    }
    database_.execute("PRAGMA cache_size = -32768");
    database_.execute("PRAGMA journal_size_limit = 67108864");
    database_.execute("PRAGMA temp_store = MEMORY");
    if (mode == sqlite::Mode::create) {
        make_schema(database_);
    } else {
        migrate(database_, read_only);
    }
}

void SqliteCatalog::stamp_new(std::string_view store_id) {
    database_.run("INSERT INTO store (one, id) VALUES (1, ?)", store_id);
}

void SqliteCatalog::check_stamp(std::string_view store_id) {
    sqlite::Query query(database_.prepared("SELECT id, complete FROM store"));
    if (!query.step()) {
        refuse(database_.path(), "has no store id");
    }
    if (query.text(0) != store_id) {
        refuse(database_.path(), concat("belongs to another store: expected id ", quoted(store_id),
                                        ", got ", quoted(query.text(0))));
    }
    if (query.int64(1) != 1) {
        refuse(database_.path(), "is not complete");
    }
}

void SqliteCatalog::set_complete() {
    const Lock lock(mutex_);
    require_write();
    database_.run("UPDATE store SET complete = 1");
}

bool SqliteCatalog::is_sound() {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared("PRAGMA quick_check(1)"));
    return query.step() && query.text(0) == "ok";
}

// ---- Transactions

Catalog::WriteTransaction::WriteTransaction(Catalog& catalog, bool durable) : catalog_(catalog) {
    catalog_.begin_write(durable);
}

Catalog::WriteTransaction::~WriteTransaction() {
    if (open_) {
        catalog_.rollback();
    }
}

void Catalog::WriteTransaction::commit() {
    catalog_.commit_write();
    open_ = false;
}

Catalog::ReadTransaction::ReadTransaction(Catalog& catalog) : catalog_(catalog) {
    catalog_.begin_read();
}

Catalog::ReadTransaction::~ReadTransaction() {
    catalog_.end_read();
}

void SqliteCatalog::set_durable(bool durable) {
    if (durable && !flushes_) {
        throw DatabaseError(ErrorCode::Database,
                            concat("catalogue ", quoted(database_.path()),
                                   " is open without flushes: nothing in it is durable"),
                            SQLITE_MISUSE);
    }
    // SQLite refuses to change this inside a transaction.
    if (durable_ != durable) {
        database_.execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        durable_ = durable;
    }
}

void SqliteCatalog::begin_write(bool durable) {
    std::unique_lock lock(mutex_);
    // SQLite itself would let a read-only connection begin, and refuse only the first change.
    if (writing_ || readers_ > 0 || database_.read_only()) {
        throw DatabaseError(ErrorCode::Database,
                            concat("catalogue ", quoted(database_.path()),
                                   database_.read_only() ? " is open for reading only"
                                                         : ": a transaction is open already"),
                            SQLITE_MISUSE);
    }
    set_durable(durable);
    database_.run("BEGIN IMMEDIATE");
    writing_ = true;
    lock.release();
}

void SqliteCatalog::commit_write() {
    const Lock lock(mutex_);
    require_write();
    database_.run("COMMIT");
    writing_ = false;
    mutex_.unlock(); // what begin_write locked
}

void SqliteCatalog::rollback() noexcept {
    database_.rollback();
    writing_ = false;
    mutex_.unlock();
}

void SqliteCatalog::begin_read() {
    std::unique_lock lock(mutex_);
    if (!writing_ && readers_ == 0) {
        database_.run("BEGIN DEFERRED");
    }
    ++readers_;
    lock.release();
}

void SqliteCatalog::end_read() noexcept {
    if (--readers_ == 0 && !writing_) {
        database_.rollback();
    }
    mutex_.unlock();
}

void SqliteCatalog::require_write() {
    if (!writing_ || database_.autocommit()) {
        throw DatabaseError(ErrorCode::Database,
                            concat("catalogue ", quoted(database_.path()),
                                   writing_ ? ": the transaction was rolled back after an error"
                                            : ": no write transaction is open"),
                            SQLITE_MISUSE);
    }
}

// ---- Epochs

std::uint64_t SqliteCatalog::epoch() {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared("SELECT epoch FROM store"));
    if (!query.step()) {
        refuse(database_.path(), "has no store id");
    }
    return query.uint64(0);
}

std::uint64_t SqliteCatalog::raise_epoch() {
    const Lock lock(mutex_);
    require_write();
    database_.run("UPDATE store SET epoch = epoch + 1");
    return epoch();
}

void SqliteCatalog::set_epoch(std::uint64_t epoch) {
    const Lock lock(mutex_);
    require_write();
    database_.run("UPDATE store SET epoch = ?", epoch);
}

// ---- Stat cache

namespace {

/// As the table keeps it.
std::int64_t signed_inode(const StatKey& key) {
    return static_cast<std::int64_t>(key.inode);
}

/// The keys in the order in which the table has them.
std::vector<std::size_t> stat_order(std::span<const StatKey> keys) {
    std::vector<std::size_t> order(keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(
        order, {}, [&](std::size_t i) { return std::pair(keys[i].device, signed_inode(keys[i])); });
    return order;
}

/// Files that were made one after the other mostly have inodes so near to each other: to walk from
/// one row to the next is a tenth of the work of looking it up.
constexpr std::uint64_t kNearInodes = 8;

} // namespace

std::vector<std::optional<StatRow>> SqliteCatalog::find_stats(std::span<const StatKey> keys,
                                                              std::uint64_t epoch) {
    const std::vector<std::size_t> order = stat_order(keys);
    std::vector<std::optional<StatRow>> rows(keys.size());
    const Lock lock(mutex_);
    const ReadTransaction view(*this);
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first + 1;
        while (last < order.size() && keys[order[last]].device == keys[order[first]].device &&
               keys[order[last]].inode - keys[order[last - 1]].inode <= kNearInodes) {
            ++last;
        }
        find_near_stats(keys, std::span(order).subspan(first, last - first), epoch, rows);
        first = last;
    }
    return rows;
}

/// The rows of keys of one device, in the order of their inodes.
void SqliteCatalog::find_near_stats(std::span<const StatKey> keys,
                                    std::span<const std::size_t> order, std::uint64_t epoch,
                                    std::vector<std::optional<StatRow>>& rows) {
    // CROSS JOIN is how SQLite is told to begin with `stats`.
    sqlite::Query query(database_.prepared(
        "SELECT inode, stats.size, mtime_ns, ctime_ns, stats.sha256, md5 FROM stats "
        "CROSS JOIN objects ON objects.sha256 = stats.sha256 "
        "CROSS JOIN files ON files.id = objects.file "
        "WHERE device = ? AND inode BETWEEN ? AND ? AND damaged = 0 "
        "AND (mark IS NULL OR mark > ?) ORDER BY inode"));
    const std::uint64_t device = keys[order.front()].device;
    query.bind(device, keys[order.front()].inode, keys[order.back()].inode, epoch);
    auto next = order.begin();
    while (next != order.end() && query.step()) {
        const StatKey stored{device, static_cast<std::uint64_t>(query.int64(0)), query.uint64(1),
                             query.int64(2), query.int64(3)};
        while (next != order.end() && signed_inode(keys[*next]) < signed_inode(stored)) {
            ++next;
        }
        for (; next != order.end() && keys[*next].inode == stored.inode; ++next) {
            if (keys[*next] == stored) {
                rows[*next] = StatRow{stored, query.sha256(4), query.md5(5)};
            }
        }
    }
}

void SqliteCatalog::put_stats(const std::vector<StatRow>& rows) {
    const Lock lock(mutex_);
    require_write();
    sqlite::Query query(database_.prepared(
        "INSERT OR REPLACE INTO stats (device, inode, size, mtime_ns, ctime_ns, sha256, md5) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)"));
    std::vector<const StatRow*> order; // that of the key: neighbours go to one page
    order.reserve(rows.size());
    for (const StatRow& row : rows) {
        order.push_back(&row);
    }
    // Of a file that was read twice the last is kept.
    std::ranges::stable_sort(order, [](const StatRow* a, const StatRow* b) {
        return std::pair(a->key.device, signed_inode(a->key)) <
               std::pair(b->key.device, signed_inode(b->key));
    });
    for (const StatRow* row : order) {
        const StatKey& key = row->key;
        query
            .bind(key.device, key.inode, key.size, key.mtime_ns, key.ctime_ns, row->sha256,
                  row->md5)
            .run();
        query.reset();
    }
}

} // namespace vitrine
