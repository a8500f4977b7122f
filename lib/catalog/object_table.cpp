// SPDX-License-Identifier: MIT
#include "catalog/object_table.hpp"

#include "catalog/row_queries.hpp"

#include <algorithm>
#include <numeric>

namespace vitrine {

namespace {

constexpr std::string_view kFindObject =
    "SELECT sha256, objects.size, offset, damaged, files.id, kind, name, files.size, mark "
    "FROM objects JOIN files ON files.id = file WHERE sha256 = ?";

constexpr std::string_view kWalkObjects =
    "SELECT sha256, objects.size, offset, damaged, files.id, kind, name, files.size, mark "
    "FROM objects JOIN files ON files.id = file WHERE sha256 > ? ORDER BY sha256 LIMIT ?";

constexpr std::string_view kPresent =
    "SELECT 1 FROM objects JOIN files ON files.id = file "
    "WHERE sha256 = ? AND damaged = 0 AND (mark IS NULL OR mark > ?)";

constexpr std::string_view kPutObject =
    "INSERT INTO objects (sha256, size, file, offset, damaged) VALUES (?, ?, ?, ?, 0) "
    "ON CONFLICT (sha256) DO UPDATE SET size = excluded.size, file = excluded.file, "
    "offset = excluded.offset, damaged = 0";

constexpr std::string_view kWalkObjectsIn =
    "SELECT sha256, objects.size, offset, damaged, files.id, kind, name, files.size, mark "
    "FROM objects JOIN files ON files.id = file "
    "WHERE file = ? AND sha256 > ? ORDER BY sha256 LIMIT ?";

/// The positions of `objects` in the order of the table's key: neighbours share a page of the
/// index, which is then in the cache.
std::vector<std::size_t> key_order(std::span<const Sha256> objects) {
    std::vector<std::size_t> order(objects.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) -> const Sha256& { return objects[i]; });
    return order;
}

} // namespace

std::optional<ObjectRow> ObjectTable::find(const Sha256& sha256) {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared(kFindObject));
    return query.bind(sha256).step() ? std::optional(object_row(query)) : std::nullopt;
}

std::vector<std::optional<ObjectRow>> ObjectTable::find(std::span<const Sha256> objects) {
    std::vector<std::optional<ObjectRow>> rows(objects.size());
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared(kFindObject));
    for (const std::size_t i : key_order(objects)) {
        if (query.bind(objects[i]).step()) {
            rows[i] = object_row(query);
        }
        query.reset();
    }
    return rows;
}

bool ObjectTable::present(const Sha256& sha256, std::uint64_t epoch) {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared(kPresent));
    return query.bind(sha256, epoch).step();
}

std::vector<bool> ObjectTable::present(std::span<const Sha256> objects, std::uint64_t epoch) {
    const auto lock = connection_.lock();
    const CatalogConnection::ReadTransaction view(connection_);
    std::vector<bool> result(objects.size());
    sqlite::Query query(connection_.prepared(kPresent));
    for (const std::size_t i : key_order(objects)) {
        result[i] = query.bind(objects[i], epoch).step();
        query.reset();
    }
    return result;
}

void ObjectTable::for_each(const std::function<void(const ObjectRow&)>& visit) {
    const auto read = [&](const ObjectRow* last) {
        const auto lock = connection_.lock();
        std::vector<ObjectRow> rows;
        const std::string key = after(last ? &last->sha256 : nullptr); // outlives the query
        sqlite::Query query(connection_.prepared(kWalkObjects));
        query.bind(sqlite::Blob{key}, kPortion);
        while (query.step()) {
            rows.push_back(object_row(query));
        }
        return rows;
    };
    walk_rows<ObjectRow>(read, visit);
}

void ObjectTable::for_each_in(std::int64_t file_id,
                              const std::function<void(const ObjectRow&)>& visit) {
    const auto read = [&](const ObjectRow* last) {
        const auto lock = connection_.lock();
        std::vector<ObjectRow> rows;
        const std::string key = after(last ? &last->sha256 : nullptr); // outlives the query
        sqlite::Query query(connection_.prepared(kWalkObjectsIn));
        query.bind(file_id, sqlite::Blob{key}, kPortion);
        while (query.step()) {
            rows.push_back(object_row(query));
        }
        return rows;
    };
    walk_rows<ObjectRow>(read, visit);
}

void ObjectTable::put_loose(const std::vector<std::pair<Sha256, std::uint64_t>>& objects) {
    const auto lock = connection_.lock();
    connection_.require_write();
    auto sorted = objects;
    std::sort(sorted.begin(), sorted.end());
    sqlite::Query query(connection_.prepared(kPutObject));
    for (const auto& [sha256, size] : sorted) {
        const std::int64_t file = put_file(connection_, FileKind::loose, sha256, size);
        query.bind(sha256, size, file, 0).execute();
        query.reset();
    }
}

void ObjectTable::put_packs(std::span<const PackRows> packs) {
    const auto lock = connection_.lock();
    connection_.require_write();
    std::vector<std::pair<const PackedObject*, std::int64_t>> rows; // with the row of its pack
    for (const PackRows& pack : packs) {
        const std::int64_t file = put_file(connection_, FileKind::pack, pack.name, pack.file_size);
        for (const PackedObject& object : pack.objects) {
            rows.emplace_back(&object, file);
        }
    }
    // stable: the rows of one object stay in the order of the packs, so that the last one counts.
    std::ranges::stable_sort(rows, {},
                             [](const auto& row) -> const Sha256& { return row.first->sha256; });
    sqlite::Query query(connection_.prepared(kPutObject));
    for (const auto& [object, file] : rows) {
        query.bind(object->sha256, object->size, file, object->offset).execute();
        query.reset();
    }
}

void ObjectTable::set_damaged(const Sha256& sha256, bool damaged) {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("UPDATE objects SET damaged = ? WHERE sha256 = ?", damaged, sha256);
    // A manifest's digest is the name of its file.
    connection_.execute("UPDATE manifests SET damaged = ? WHERE file IN "
                        "(SELECT id FROM files WHERE name = ? AND kind = 1)",
                        damaged, sha256);
}

bool ObjectTable::clear_mark(const Sha256& sha256) {
    const auto lock = connection_.lock();
    connection_.require_write();
    std::optional<std::int64_t> marked;
    {
        sqlite::Query query(connection_.prepared("SELECT files.id, mark FROM objects "
                                                 "JOIN files ON files.id = file WHERE sha256 = ?"));
        if (!query.bind(sha256).step()) {
            return false;
        }
        // Most files have no mark; updating them would write pages for nothing.
        if (!query.is_null(1)) {
            marked = query.int64(0);
        }
    }
    if (marked) {
        connection_.execute("UPDATE files SET mark = NULL WHERE id = ?", *marked);
    }
    return true;
}

} // namespace vitrine
