// SPDX-License-Identifier: MIT
#include "catalog/manifest_table.hpp"

#include "catalog/row_queries.hpp"

namespace vitrine {

namespace {

constexpr std::string_view kFindManifest =
    "SELECT content, entries, logical_bytes, digest, files.id, kind, name, files.size, mark "
    "FROM manifests JOIN files ON files.id = file WHERE content = ?";
constexpr std::string_view kWalkManifests =
    "SELECT content, entries, logical_bytes, digest, files.id, kind, name, files.size, mark "
    "FROM manifests JOIN files ON files.id = file WHERE content > ? ORDER BY content LIMIT ?";

} // namespace

ManifestRow ManifestTable::finish_row(const sqlite::Query& query) {
    ManifestRow row;
    row.content = query.sha256(0);
    row.entries = query.uint64(1);
    row.logical_bytes = query.uint64(2);
    row.digest = query.text(3);
    row.file = file_row(query, 4);
    sqlite::Query segments(connection_.prepared(
        "SELECT object FROM manifest_runs WHERE content = ? ORDER BY position"));
    segments.bind(row.content);
    while (segments.step()) {
        row.segments.push_back(segments.sha256(0));
    }
    return row;
}

std::optional<ManifestRow> ManifestTable::find(const Sha256& content) {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared(kFindManifest));
    return query.bind(content).step() ? std::optional(finish_row(query)) : std::nullopt;
}

bool ManifestTable::present(const Sha256& content, std::uint64_t epoch) {
    const auto lock = connection_.lock();
    sqlite::Query manifest(
        connection_.prepared("SELECT 1 FROM manifests JOIN files ON files.id = file "
                             "WHERE content = ? AND damaged = 0 AND (mark IS NULL OR mark > ?)"));
    if (!manifest.bind(content, epoch).step()) {
        return false;
    }
    sqlite::Query segments(connection_.prepared(
        "SELECT object FROM manifest_runs WHERE content = ? ORDER BY position"));
    segments.bind(content);
    while (segments.step()) {
        if (!objects_.present(segments.sha256(0), epoch)) {
            return false;
        }
    }
    return true;
}

void ManifestTable::for_each(const std::function<void(const ManifestRow&)>& visit) {
    const auto read = [&](const ManifestRow* last) {
        const auto lock = connection_.lock();
        std::vector<ManifestRow> rows;
        const std::string key = after(last ? &last->content : nullptr); // outlives the query
        sqlite::Query query(connection_.prepared(kWalkManifests));
        query.bind(sqlite::Blob{key}, kPortion);
        while (query.step()) {
            rows.push_back(finish_row(query));
        }
        return rows;
    };
    walk_rows<ManifestRow>(read, visit);
}

std::optional<Sha256> ManifestTable::content_of(std::int64_t file_id) {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared("SELECT content FROM manifests WHERE file = ?"));
    return query.bind(file_id).step() ? std::optional(query.sha256(0)) : std::nullopt;
}

void ManifestTable::put(const ManifestRow& row) {
    const auto lock = connection_.lock();
    connection_.require_write();
    const std::int64_t file =
        put_file(connection_, FileKind::manifest, row.file.name, row.file.size);
    connection_.execute(
        "INSERT INTO manifests (content, file, entries, logical_bytes, digest, damaged) "
        "VALUES (?, ?, ?, ?, ?, 0) "
        "ON CONFLICT (content) DO UPDATE SET file = excluded.file, "
        "entries = excluded.entries, logical_bytes = excluded.logical_bytes, "
        "digest = excluded.digest, damaged = 0",
        row.content, file, row.entries, row.logical_bytes, row.digest);
    connection_.execute("DELETE FROM manifest_runs WHERE content = ?", row.content);
    std::int64_t position = 0;
    for (const Sha256& segment : row.segments) {
        connection_.execute(
            "INSERT INTO manifest_runs (content, position, object) VALUES (?, ?, ?)", row.content,
            position++, segment);
    }
}

bool ManifestTable::mark(const Sha256& content, std::uint64_t epoch) {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("UPDATE files SET mark = ? WHERE mark IS NULL "
                        "AND id = (SELECT file FROM manifests WHERE content = ?)",
                        epoch, content);
    return connection_.changes() > 0;
}

} // namespace vitrine
