// SPDX-License-Identifier: MIT
// What gc asks of the rows of files, and the marks that it gives them.
#include "catalog/rows.hpp"
#include "catalog/sqlite_catalog.hpp"

namespace vitrine {

namespace {

constexpr std::string_view kWalkObjectsIn =
    "SELECT sha256, objects.size, offset, damaged, files.id, kind, name, files.size, mark "
    "FROM objects JOIN files ON files.id = file "
    "WHERE file = ? AND sha256 > ? ORDER BY sha256 LIMIT ?";

constexpr std::string_view kWalkOrphans =
    "SELECT id, kind, name, size, mark FROM files WHERE id > ? "
    "AND NOT EXISTS (SELECT 1 FROM objects WHERE file = files.id) "
    "AND NOT EXISTS (SELECT 1 FROM manifests WHERE file = files.id) ORDER BY id LIMIT ?";

constexpr std::string_view kMarkOrphan =
    "UPDATE files SET mark = ? WHERE id = ? AND mark IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM objects WHERE file = files.id) "
    "AND NOT EXISTS (SELECT 1 FROM manifests WHERE file = files.id)";

constexpr std::string_view kDigestsBetween =
    "SELECT sha256 FROM objects WHERE sha256 BETWEEN ?1 AND ?2 "
    "UNION SELECT name FROM files WHERE name BETWEEN ?1 AND ?2 "
    "UNION SELECT content FROM manifests WHERE content BETWEEN ?1 AND ?2 ORDER BY 1 LIMIT ?3";

} // namespace

// ---- What gc asks for

void SqliteCatalog::for_each_object_in(std::int64_t file_id,
                                       const std::function<void(const ObjectRow&)>& visit) {
    const auto read = [&](const ObjectRow* last) {
        const Lock lock(mutex_);
        std::vector<ObjectRow> rows;
        const std::string key = after(last ? &last->sha256 : nullptr); // outlives the query
        sqlite::Query query(database_.prepared(kWalkObjectsIn));
        query.bind(file_id, sqlite::Blob{key}, kPortion);
        while (query.step()) {
            rows.push_back(object_row(query));
        }
        return rows;
    };
    walk_rows<ObjectRow>(read, visit);
}

void SqliteCatalog::for_each_orphan_row(const std::function<void(const FileRow&)>& visit) {
    const auto read = [&](const FileRow* last) {
        const Lock lock(mutex_);
        std::vector<FileRow> rows;
        sqlite::Query query(database_.prepared(kWalkOrphans));
        query.bind(last ? last->id : 0, kPortion);
        while (query.step()) {
            rows.push_back(file_row(query, 0));
        }
        return rows;
    };
    walk_rows<FileRow>(read, visit);
}

std::optional<Sha256> SqliteCatalog::content_of(std::int64_t file_id) {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared("SELECT content FROM manifests WHERE file = ?"));
    return query.bind(file_id).step() ? std::optional(query.sha256(0)) : std::nullopt;
}

std::vector<Sha256> SqliteCatalog::digests_between(const Sha256& first, const Sha256& last,
                                                   std::size_t count) {
    const Lock lock(mutex_);
    std::vector<Sha256> digests;
    sqlite::Query query(database_.prepared(kDigestsBetween));
    query.bind(first, last, std::uint64_t{count});
    while (query.step()) {
        digests.push_back(query.sha256(0));
    }
    return digests;
}

// ---- Marks

bool SqliteCatalog::mark_file(FileKind kind, const Sha256& name, std::uint64_t epoch) {
    const Lock lock(mutex_);
    require_write();
    database_.run("UPDATE files SET mark = ? WHERE name = ? AND kind = ? AND mark IS NULL", epoch,
                  name, static_cast<int>(kind));
    return database_.changes() > 0;
}

bool SqliteCatalog::mark_manifest(const Sha256& content, std::uint64_t epoch) {
    const Lock lock(mutex_);
    require_write();
    database_.run("UPDATE files SET mark = ? WHERE mark IS NULL "
                  "AND id = (SELECT file FROM manifests WHERE content = ?)",
                  epoch, content);
    return database_.changes() > 0;
}

bool SqliteCatalog::mark_orphan(std::int64_t file_id, std::uint64_t epoch) {
    const Lock lock(mutex_);
    require_write();
    database_.run(kMarkOrphan, epoch, file_id);
    return database_.changes() > 0;
}

std::vector<FileRow> SqliteCatalog::marked_files(std::uint64_t limit, std::size_t count) {
    const Lock lock(mutex_);
    std::vector<FileRow> rows;
    sqlite::Query query(database_.prepared("SELECT id, kind, name, size, mark FROM files "
                                           "WHERE mark <= ? ORDER BY mark LIMIT ?"));
    query.bind(limit, std::uint64_t{count});
    while (query.step()) {
        rows.push_back(file_row(query, 0));
    }
    return rows;
}

MarkedFiles SqliteCatalog::count_marked_after(std::uint64_t limit) {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared("SELECT count(*), coalesce(sum(size), 0), "
                                           "coalesce(max(mark), 0) FROM files WHERE mark > ?"));
    query.bind(limit).step();
    return {query.uint64(0), query.uint64(1), query.uint64(2)};
}

} // namespace vitrine
