// SPDX-License-Identifier: MIT
// Rows of versions, heads and aliases.
#include <vitrine/core/error.hpp>

#include "catalog/sqlite_catalog.hpp"
#include "core/text.hpp"

namespace vitrine {

namespace {

// One literal for each look-up, since statements are kept by their text.
#define VITRINE_SELECT_VERSION                                                                     \
    "SELECT row_id, name, number, type, id, content, digest, metadata, description, dialect, "     \
    "created_at, run, base_name, base_number FROM versions "

constexpr std::string_view kByNumber = VITRINE_SELECT_VERSION "WHERE name = ? AND number = ?";
constexpr std::string_view kLatest =
    VITRINE_SELECT_VERSION "WHERE name = ? ORDER BY number DESC LIMIT 1";
constexpr std::string_view kById = VITRINE_SELECT_VERSION "WHERE id = ?";
constexpr std::string_view kWalk =
    VITRINE_SELECT_VERSION "WHERE (name, number) > (?, ?) ORDER BY name, number LIMIT 1";

#undef VITRINE_SELECT_VERSION

VersionRow version_row(const sqlite::Query& query) {
    VersionRow row;
    row.row_id = query.int64(0);
    row.name = query.text(1);
    row.number = query.uint64(2);
    row.type = query.text(3);
    row.id = query.text(4);
    row.content = query.sha256(5);
    row.digest = query.text(6);
    row.metadata = parse_json(query.text(7));
    row.description = query.text(8);
    row.dialect = query.text(9);
    row.created_at = query.text(10);
    row.run = query.optional_text(11);
    if (!query.is_null(12)) {
        row.base.emplace(query.text(12), query.uint64(13));
    }
    return row;
}

HeadRow head_row(sqlite::Connection& database, const sqlite::Query& query) {
    HeadRow head{query.text(0), query.text(1), query.uint64(2), {}};
    sqlite::Query aliases(
        database.prepared("SELECT alias, number FROM aliases WHERE name = ? ORDER BY alias"));
    aliases.bind(head.name);
    while (aliases.step()) {
        head.aliases.emplace_back(aliases.text(0), aliases.uint64(1));
    }
    return head;
}

} // namespace

// ---- Heads

std::vector<HeadRow> SqliteCatalog::heads() {
    const Lock lock(mutex_);
    std::vector<HeadRow> rows;
    sqlite::Query query(
        database_.prepared("SELECT name, type, next_number FROM heads ORDER BY name"));
    while (query.step()) {
        rows.push_back(head_row(database_, query));
    }
    return rows;
}

std::optional<HeadRow> SqliteCatalog::find_head(std::string_view name) {
    const Lock lock(mutex_);
    sqlite::Query query(
        database_.prepared("SELECT name, type, next_number FROM heads WHERE name = ?"));
    return query.bind(name).step() ? std::optional(head_row(database_, query)) : std::nullopt;
}

void SqliteCatalog::put_head(const HeadRow& head) {
    const Lock lock(mutex_);
    require_write();
    database_.run("INSERT INTO heads (name, type, next_number) VALUES (?, ?, ?) "
                  "ON CONFLICT (name) DO UPDATE SET type = excluded.type, "
                  "next_number = excluded.next_number",
                  head.name, head.type, head.next_number);
    database_.run("DELETE FROM aliases WHERE name = ?", head.name);
    for (const auto& [alias, number] : head.aliases) {
        database_.run("INSERT INTO aliases (name, alias, number) VALUES (?, ?, ?)", head.name,
                      alias, number);
    }
}

// ---- Versions

/// Steps to a version and reads it with all that it keeps.
std::optional<VersionRow> SqliteCatalog::finish_version(sqlite::Query& query) {
    if (!query.step()) {
        return std::nullopt;
    }
    VersionRow row = version_row(query);
    sqlite::Query kept(
        database_.prepared("SELECT id, name, content FROM kept WHERE version = ? ORDER BY id"));
    kept.bind(row.row_id);
    while (kept.step()) {
        row.kept.push_back({kept.text(0), kept.text(1), kept.sha256(2)});
    }
    return row;
}

std::vector<std::uint64_t> SqliteCatalog::version_numbers(std::string_view name) {
    const Lock lock(mutex_);
    std::vector<std::uint64_t> numbers;
    sqlite::Query query(
        database_.prepared("SELECT number FROM versions WHERE name = ? ORDER BY number"));
    query.bind(name);
    while (query.step()) {
        numbers.push_back(query.uint64(0));
    }
    return numbers;
}

std::optional<VersionRow> SqliteCatalog::find_version(std::string_view name, std::uint64_t number) {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared(kByNumber));
    return finish_version(query.bind(name, number));
}

std::optional<VersionRow> SqliteCatalog::latest_version(std::string_view name) {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared(kLatest));
    return finish_version(query.bind(name));
}

std::optional<VersionRow> SqliteCatalog::find_version_by_id(std::string_view id) {
    const Lock lock(mutex_);
    sqlite::Query query(database_.prepared(kById));
    return finish_version(query.bind(sqlite::Blob{id}));
}

std::vector<Sha256> SqliteCatalog::dependency_contents_of(std::string_view id) {
    const Lock lock(mutex_);
    std::vector<Sha256> contents;
    sqlite::Query query(database_.prepared("SELECT content FROM versions WHERE id = ?1 "
                                           "UNION SELECT content FROM kept WHERE id = ?1"));
    query.bind(sqlite::Blob{id});
    while (query.step()) {
        contents.push_back(query.sha256(0));
    }
    return contents;
}

void SqliteCatalog::put_version(const VersionRow& row) {
    const Lock lock(mutex_);
    require_write();
    remove_version(row.name, row.number);
    std::optional<std::string> base_name;
    std::optional<std::uint64_t> base_number;
    if (row.base) {
        base_name = row.base->first;
        base_number = row.base->second;
    }
    const std::string metadata = render_json(row.metadata, kOrderedJson);
    std::int64_t row_id = 0;
    {
        sqlite::Query query(database_.prepared(
            "INSERT INTO versions (name, number, type, id, content, digest, metadata, description, "
            "dialect, created_at, run, base_name, base_number) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING row_id"));
        query.bind(row.name, row.number, row.type, sqlite::Blob{row.id}, row.content, row.digest,
                   metadata, row.description, row.dialect, row.created_at, row.run, base_name,
                   base_number);
        query.step();
        row_id = query.int64(0);
        query.run();
    }
    for (const auto& kept : row.kept) {
        database_.run("INSERT INTO kept (version, id, name, content) VALUES (?, ?, ?, ?)", row_id,
                      sqlite::Blob{kept.id}, kept.name, kept.content);
    }
}

void SqliteCatalog::remove_version(std::string_view name, std::uint64_t number) {
    const Lock lock(mutex_);
    require_write();
    database_.run("DELETE FROM versions WHERE name = ? AND number = ?", name, number);
}

void SqliteCatalog::for_each_version(const std::function<void(const VersionRow&)>& visit) {
    std::string name;
    std::int64_t number = -1;
    while (true) {
        std::optional<VersionRow> row;
        {
            const Lock lock(mutex_);
            sqlite::Query query(database_.prepared(kWalk));
            row = finish_version(query.bind(name, number));
        }
        if (!row) {
            return;
        }
        visit(*row);
        name = row->name;
        number = static_cast<std::int64_t>(row->number);
    }
}

} // namespace vitrine
