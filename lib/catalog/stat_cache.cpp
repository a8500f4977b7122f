// SPDX-License-Identifier: MIT
#include "catalog/stat_cache.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace vitrine {

namespace {

/// The inode as the table stores it.
std::int64_t signed_inode(const StatKey& key) {
    return static_cast<std::int64_t>(key.inode);
}

/// The positions of `keys` in the order of the table's key.
std::vector<std::size_t> stat_order(std::span<const StatKey> keys) {
    std::vector<std::size_t> order(keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(
        order, {}, [&](std::size_t i) { return std::pair(keys[i].device, signed_inode(keys[i])); });
    return order;
}

/// Files that were created one after the other mostly have inodes at most this far apart. Walking
/// from one row to the next costs a tenth of a lookup.
constexpr std::uint64_t kNearInodes = 8;

} // namespace

std::vector<std::optional<StatRow>> StatCache::find(std::span<const StatKey> keys,
                                                    std::uint64_t epoch) {
    const std::vector<std::size_t> order = stat_order(keys);
    std::vector<std::optional<StatRow>> rows(keys.size());
    const auto lock = connection_.lock();
    const CatalogConnection::ReadTransaction view(connection_);
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first + 1;
        while (last < order.size() && keys[order[last]].device == keys[order[first]].device &&
               keys[order[last]].inode - keys[order[last - 1]].inode <= kNearInodes) {
            ++last;
        }
        find_near(keys, std::span(order).subspan(first, last - first), epoch, rows);
        first = last;
    }
    return rows;
}

/// Finds the rows of keys of one device, in the order of their inodes.
void StatCache::find_near(std::span<const StatKey> keys, std::span<const std::size_t> order,
                          std::uint64_t epoch, std::vector<std::optional<StatRow>>& rows) {
    // CROSS JOIN makes SQLite begin with `stats`.
    sqlite::Query query(connection_.prepared(
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

void StatCache::put(const std::vector<StatRow>& rows) {
    const auto lock = connection_.lock();
    connection_.require_write();
    sqlite::Query query(connection_.prepared(
        "INSERT OR REPLACE INTO stats (device, inode, size, mtime_ns, ctime_ns, sha256, md5) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)"));
    std::vector<const StatRow*> order; // that of the table's key: neighbours share a page
    order.reserve(rows.size());
    for (const StatRow& row : rows) {
        order.push_back(&row);
    }
    // stable: of a file that was read twice, the last row is inserted last.
    std::ranges::stable_sort(order, [](const StatRow* a, const StatRow* b) {
        return std::pair(a->key.device, signed_inode(a->key)) <
               std::pair(b->key.device, signed_inode(b->key));
    });
    for (const StatRow* row : order) {
        const StatKey& key = row->key;
        query
            .bind(key.device, key.inode, key.size, key.mtime_ns, key.ctime_ns, row->sha256,
                  row->md5)
            .execute();
        query.reset();
    }
}

} // namespace vitrine
