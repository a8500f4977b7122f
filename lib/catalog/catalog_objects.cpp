// SPDX-License-Identifier: MIT
// Rows of files, objects and manifests.
#include <vitrine/core/error.hpp>

#include "catalog/rows.hpp"
#include "catalog/sqlite_catalog.hpp"
#include "core/text.hpp"

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

constexpr std::string_view kFindManifest =
    "SELECT content, entries, logical_bytes, digest, files.id, kind, name, files.size, mark "
    "FROM manifests JOIN files ON files.id = file WHERE content = ?";
constexpr std::string_view kWalkManifests =
    "SELECT content, entries, logical_bytes, digest, files.id, kind, name, files.size, mark "
    "FROM manifests JOIN files ON files.id = file WHERE content > ? ORDER BY content LIMIT ?";

constexpr std::string_view kPresent =
    "SELECT 1 FROM objects JOIN files ON files.id = file "
    "WHERE sha256 = ? AND damaged = 0 AND (mark IS NULL OR mark > ?)";

constexpr std::string_view kPutObject =
    "INSERT INTO objects (sha256, size, file, offset, damaged) VALUES (?, ?, ?, ?, 0) "
    "ON CONFLICT (sha256) DO UPDATE SET size = excluded.size, file = excluded.file, "
    "offset = excluded.offset, damaged = 0";

constexpr std::string_view kPutFile =
    "INSERT INTO files (kind, name, size) VALUES (?, ?, ?) "
    "ON CONFLICT (name, kind) DO UPDATE SET size = excluded.size, mark = NULL RETURNING id";

std::int64_t put_file(sqlite::Connection& database, FileKind kind, const Sha256& name,
                      std::uint64_t size) {
    sqlite::Query query(database.prepared(kPutFile));
    query.bind(static_cast<int>(kind), name, size).step();
    const std::int64_t id = query.int64(0);
    query.run();
    return id;
}

/// In the order of the key, neighbours lie in one page of the index, which is in the cache then.
std::vector<std::size_t> key_order(std::span<const Sha256> objects) {
    std::vector<std::size_t> order(objects.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) -> const Sha256& { return objects[i]; });
    return order;
}

} // namespace

FileRow file_row(const sqlite::Query& query, int first) {
    const std::int64_t kind = query.int64(first + 1);
    if (kind < 0 || kind > static_cast<int>(FileKind::pack)) {
        throw Error(ErrorCode::Corruption,
                    concat("the catalogue is damaged: unknown file kind ", kind));
    }
    return {query.int64(first), static_cast<FileKind>(kind), query.sha256(first + 2),
            query.uint64(first + 3), query.optional_uint64(first + 4)};
}

std::string after(const Sha256* digest) {
    return digest ? std::string(digest->bytes.begin(), digest->bytes.end()) : std::string();
}

ObjectRow object_row(const sqlite::Query& query) {
    ObjectRow row;
    row.sha256 = query.sha256(0);
    row.size = query.uint64(1);
    row.offset = query.uint64(2);
    row.damaged = query.int64(3) != 0;
    row.file = file_row(query, 4);
    return row;
}

// ---- Objects

std::optional<ObjectRow> SqliteCatalog::find_object(const Sha256& sha256) {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared(kFindObject));
    return query.bind(sha256).step() ? std::optional(object_row(query)) : std::nullopt;
}

std::vector<std::optional<ObjectRow>> SqliteCatalog::find_objects(std::span<const Sha256> objects) {
    std::vector<std::optional<ObjectRow>> rows(objects.size());
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared(kFindObject));
    for (const std::size_t i : key_order(objects)) {
        if (query.bind(objects[i]).step()) {
            rows[i] = object_row(query);
        }
        query.reset();
    }
    return rows;
}

bool SqliteCatalog::present(const Sha256& sha256, std::uint64_t epoch) {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared(kPresent));
    return query.bind(sha256, epoch).step();
}

std::vector<bool> SqliteCatalog::present(std::span<const Sha256> objects, std::uint64_t epoch) {
    const Lock lock(mutex_);
    const ReadTransaction view(*this);
    std::vector<bool> result(objects.size());
    sqlite::Query query(database_.prepared(kPresent));
    for (const std::size_t i : key_order(objects)) {
        result[i] = query.bind(objects[i], epoch).step();
        query.reset();
    }
    return result;
}

void SqliteCatalog::put_loose_objects(
    const std::vector<std::pair<Sha256, std::uint64_t>>& objects) {
    const Lock lock(mutex_);
    require_write();
    auto sorted = objects;
    std::sort(sorted.begin(), sorted.end());
    sqlite::Query query(database_.prepared(kPutObject));
    for (const auto& [sha256, size] : sorted) {
        const std::int64_t file = put_file(database_, FileKind::loose, sha256, size);
        query.bind(sha256, size, file, 0).run();
        query.reset();
    }
}

void SqliteCatalog::put_packs(std::span<const PackRows> packs) {
    const Lock lock(mutex_);
    require_write();
    std::vector<std::pair<const PackedObject*, std::int64_t>> rows; // with the row of its pack
    for (const PackRows& pack : packs) {
        const std::int64_t file = put_file(database_, FileKind::pack, pack.name, pack.file_size);
        for (const PackedObject& object : pack.objects) {
            rows.emplace_back(&object, file);
        }
    }
    // Of an object that several packs hold the last serves it.
    std::ranges::stable_sort(rows, {},
                             [](const auto& row) -> const Sha256& { return row.first->sha256; });
    sqlite::Query query(database_.prepared(kPutObject));
    for (const auto& [object, file] : rows) {
        query.bind(object->sha256, object->size, file, object->offset).run();
        query.reset();
    }
}

void SqliteCatalog::set_damaged(const Sha256& sha256, bool damaged) {
    const Lock lock(mutex_);
    require_write();
    database_.run("UPDATE objects SET damaged = ? WHERE sha256 = ?", damaged, sha256);
    // A manifest is an object too, known by the name of its file.
    database_.run("UPDATE manifests SET damaged = ? WHERE file IN "
                  "(SELECT id FROM files WHERE name = ? AND kind = 1)",
                  damaged, sha256);
}

void SqliteCatalog::for_each_object(const std::function<void(const ObjectRow&)>& visit) {
    const auto read = [&](const ObjectRow* last) {
        const Lock lock(mutex_);
        std::vector<ObjectRow> rows;
        const std::string key = after(last ? &last->sha256 : nullptr); // outlives the query
        sqlite::Query query(database_.prepared(kWalkObjects));
        query.bind(sqlite::Blob{key}, kPortion);
        while (query.step()) {
            rows.push_back(object_row(query));
        }
        return rows;
    };
    walk_rows<ObjectRow>(read, visit);
}

// ---- Files

std::optional<FileRow> SqliteCatalog::find_file(FileKind kind, const Sha256& name) {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared("SELECT id, kind, name, size, mark FROM files "
                                           "WHERE name = ? AND kind = ?"));
    return query.bind(name, static_cast<int>(kind)).step() ? std::optional(file_row(query, 0))
                                                           : std::nullopt;
}

void SqliteCatalog::for_each_file(const std::function<void(const FileRow&)>& visit) {
    const auto read = [&](const FileRow* last) {
        const Lock lock(mutex_);
        std::vector<FileRow> rows;
        sqlite::Query query(database_.prepared("SELECT id, kind, name, size, mark FROM files "
                                               "WHERE id > ? ORDER BY id LIMIT ?"));
        query.bind(last ? last->id : 0, kPortion);
        while (query.step()) {
            rows.push_back(file_row(query, 0));
        }
        return rows;
    };
    walk_rows<FileRow>(read, visit);
}

void SqliteCatalog::set_mark(std::int64_t file_id, std::optional<std::uint64_t> mark) {
    const Lock lock(mutex_);
    require_write();
    database_.run("UPDATE files SET mark = ? WHERE id = ?", mark, file_id);
}

bool SqliteCatalog::clear_mark(const Sha256& object) {
    const Lock lock(mutex_);
    require_write();
    std::optional<std::int64_t> marked;
    {
        sqlite::Query query(database_.prepared("SELECT files.id, mark FROM objects "
                                               "JOIN files ON files.id = file WHERE sha256 = ?"));
        if (!query.bind(object).step()) {
            return false;
        }
        // Most files bear none, and an update would write a page for nothing.
        if (!query.is_null(1)) {
            marked = query.int64(0);
        }
    }
    if (marked) {
        set_mark(*marked, std::nullopt);
    }
    return true;
}

void SqliteCatalog::remove_file(std::int64_t file_id) {
    const Lock lock(mutex_);
    require_write();
    // The rows of what it holds go with it (ON DELETE CASCADE).
    database_.run("DELETE FROM files WHERE id = ?", file_id);
}

// ---- Manifests

ManifestRow SqliteCatalog::finish_manifest(const sqlite::Query& query) {
    ManifestRow row;
    row.content = query.sha256(0);
    row.entries = query.uint64(1);
    row.logical_bytes = query.uint64(2);
    row.digest = query.text(3);
    row.file = file_row(query, 4);
    sqlite::Query runs(
        database_.prepared("SELECT object FROM manifest_runs WHERE content = ? ORDER BY position"));
    runs.bind(row.content);
    while (runs.step()) {
        row.segments.push_back(runs.sha256(0));
    }
    return row;
}

std::optional<ManifestRow> SqliteCatalog::find_manifest(const Sha256& content) {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared(kFindManifest));
    return query.bind(content).step() ? std::optional(finish_manifest(query)) : std::nullopt;
}

bool SqliteCatalog::manifest_present(const Sha256& content, std::uint64_t epoch) {
    const Lock lock(mutex_);
    sqlite::Query manifest(
        database_.prepared("SELECT 1 FROM manifests JOIN files ON files.id = file "
                           "WHERE content = ? AND damaged = 0 AND (mark IS NULL OR mark > ?)"));
    if (!manifest.bind(content, epoch).step()) {
        return false;
    }
    sqlite::Query runs(
        database_.prepared("SELECT object FROM manifest_runs WHERE content = ? ORDER BY position"));
    runs.bind(content);
    while (runs.step()) {
        if (!present(runs.sha256(0), epoch)) {
            return false;
        }
    }
    return true;
}

void SqliteCatalog::put_manifest(const ManifestRow& row) {
    const Lock lock(mutex_);
    require_write();
    const std::int64_t file = put_file(database_, FileKind::manifest, row.file.name, row.file.size);
    database_.run("INSERT INTO manifests (content, file, entries, logical_bytes, digest, damaged) "
                  "VALUES (?, ?, ?, ?, ?, 0) "
                  "ON CONFLICT (content) DO UPDATE SET file = excluded.file, "
                  "entries = excluded.entries, logical_bytes = excluded.logical_bytes, "
                  "digest = excluded.digest, damaged = 0",
                  row.content, file, row.entries, row.logical_bytes, row.digest);
    database_.run("DELETE FROM manifest_runs WHERE content = ?", row.content);
    std::int64_t position = 0;
    for (const auto& run : row.segments) {
        database_.run("INSERT INTO manifest_runs (content, position, object) VALUES (?, ?, ?)",
                      row.content, position++, run);
    }
}

void SqliteCatalog::for_each_manifest(const std::function<void(const ManifestRow&)>& visit) {
    const auto read = [&](const ManifestRow* last) {
        const Lock lock(mutex_);
        std::vector<ManifestRow> rows;
        const std::string key = after(last ? &last->content : nullptr); // outlives the query
        sqlite::Query query(database_.prepared(kWalkManifests));
        query.bind(sqlite::Blob{key}, kPortion);
        while (query.step()) {
            rows.push_back(finish_manifest(query));
        }
        return rows;
    };
    walk_rows<ManifestRow>(read, visit);
}

} // namespace vitrine
