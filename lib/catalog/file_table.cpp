// SPDX-License-Identifier: MIT
#include "catalog/file_table.hpp"

#include "catalog/row_queries.hpp"

namespace vitrine {

namespace {

constexpr std::string_view kWalkOrphans =
    "SELECT id, kind, name, size, mark FROM files WHERE id > ? "
    "AND NOT EXISTS (SELECT 1 FROM objects WHERE file = files.id) "
    "AND NOT EXISTS (SELECT 1 FROM manifests WHERE file = files.id) ORDER BY id LIMIT ?";

constexpr std::string_view kMarkOrphan =
    "UPDATE files SET mark = ? WHERE id = ? AND mark IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM objects WHERE file = files.id) "
    "AND NOT EXISTS (SELECT 1 FROM manifests WHERE file = files.id)";

} // namespace

std::optional<FileRow> FileTable::find(FileKind kind, const Sha256& name) {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared("SELECT id, kind, name, size, mark FROM files "
                                             "WHERE name = ? AND kind = ?"));
    return query.bind(name, static_cast<int>(kind)).step() ? std::optional(file_row(query, 0))
                                                           : std::nullopt;
}

void FileTable::for_each(const std::function<void(const FileRow&)>& visit) {
    const auto read = [&](const FileRow* last) {
        const auto lock = connection_.lock();
        std::vector<FileRow> rows;
        sqlite::Query query(connection_.prepared("SELECT id, kind, name, size, mark FROM files "
                                                 "WHERE id > ? ORDER BY id LIMIT ?"));
        query.bind(last ? last->id : 0, kPortion);
        while (query.step()) {
            rows.push_back(file_row(query, 0));
        }
        return rows;
    };
    walk_rows<FileRow>(read, visit);
}

void FileTable::for_each_orphan(const std::function<void(const FileRow&)>& visit) {
    const auto read = [&](const FileRow* last) {
        const auto lock = connection_.lock();
        std::vector<FileRow> rows;
        sqlite::Query query(connection_.prepared(kWalkOrphans));
        query.bind(last ? last->id : 0, kPortion);
        while (query.step()) {
            rows.push_back(file_row(query, 0));
        }
        return rows;
    };
    walk_rows<FileRow>(read, visit);
}

void FileTable::remove(std::int64_t file_id) {
    const auto lock = connection_.lock();
    connection_.require_write();
    // ON DELETE CASCADE removes the rows of what the file serves.
    connection_.execute("DELETE FROM files WHERE id = ?", file_id);
}

void FileTable::set_mark(std::int64_t file_id, std::optional<std::uint64_t> mark) {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("UPDATE files SET mark = ? WHERE id = ?", mark, file_id);
}

bool FileTable::mark(FileKind kind, const Sha256& name, std::uint64_t epoch) {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("UPDATE files SET mark = ? WHERE name = ? AND kind = ? AND mark IS NULL",
                        epoch, name, static_cast<int>(kind));
    return connection_.changes() > 0;
}

bool FileTable::mark_orphan(std::int64_t file_id, std::uint64_t epoch) {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute(kMarkOrphan, epoch, file_id);
    return connection_.changes() > 0;
}

std::vector<FileRow> FileTable::marked(std::uint64_t limit, std::size_t count) {
    const auto lock = connection_.lock();
    std::vector<FileRow> rows;
    sqlite::Query query(connection_.prepared("SELECT id, kind, name, size, mark FROM files "
                                             "WHERE mark <= ? ORDER BY mark LIMIT ?"));
    query.bind(limit, std::uint64_t{count});
    while (query.step()) {
        rows.push_back(file_row(query, 0));
    }
    return rows;
}

MarkedFiles FileTable::count_marked_after(std::uint64_t limit) {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared("SELECT count(*), coalesce(sum(size), 0), "
                                             "coalesce(max(mark), 0) FROM files WHERE mark > ?"));
    query.bind(limit).step();
    return {query.uint64(0), query.uint64(1), query.uint64(2)};
}

} // namespace vitrine
