// SPDX-License-Identifier: MIT
#include "catalog/version_table.hpp"

namespace vitrine {

namespace {

// A literal for each query: the connection keeps a view of the text of a prepared statement.
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

HeadRow head_row(CatalogConnection& connection, const sqlite::Query& query) {
    HeadRow head{query.text(0), query.text(1), query.uint64(2), {}};
    sqlite::Query aliases(
        connection.prepared("SELECT alias, number FROM aliases WHERE name = ? ORDER BY alias"));
    aliases.bind(head.name);
    while (aliases.step()) {
        head.aliases.emplace_back(aliases.text(0), aliases.uint64(1));
    }
    return head;
}

} // namespace

// ---- Heads

std::vector<HeadRow> VersionTable::heads() {
    const auto lock = connection_.lock();
    std::vector<HeadRow> rows;
    sqlite::Query query(
        connection_.prepared("SELECT name, type, next_number FROM heads ORDER BY name"));
    while (query.step()) {
        rows.push_back(head_row(connection_, query));
    }
    return rows;
}

std::optional<HeadRow> VersionTable::find_head(std::string_view name) {
    const auto lock = connection_.lock();
    sqlite::Query query(
        connection_.prepared("SELECT name, type, next_number FROM heads WHERE name = ?"));
    return query.bind(name).step() ? std::optional(head_row(connection_, query)) : std::nullopt;
}

void VersionTable::put_head(const HeadRow& head) {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("INSERT INTO heads (name, type, next_number) VALUES (?, ?, ?) "
                        "ON CONFLICT (name) DO UPDATE SET type = excluded.type, "
                        "next_number = excluded.next_number",
                        head.name, head.type, head.next_number);
    connection_.execute("DELETE FROM aliases WHERE name = ?", head.name);
    for (const auto& [alias, number] : head.aliases) {
        connection_.execute("INSERT INTO aliases (name, alias, number) VALUES (?, ?, ?)", head.name,
                            alias, number);
    }
}

// ---- Versions

/// Steps to the next version and reads it together with its dependencies.
std::optional<VersionRow> VersionTable::finish_row(sqlite::Query& query) {
    if (!query.step()) {
        return std::nullopt;
    }
    VersionRow row = version_row(query);
    sqlite::Query dependencies(
        connection_.prepared("SELECT id, name, content FROM kept WHERE version = ? ORDER BY id"));
    dependencies.bind(row.row_id);
    while (dependencies.step()) {
        row.dependencies.push_back(
            {dependencies.text(0), dependencies.text(1), dependencies.sha256(2)});
    }
    return row;
}

std::vector<std::uint64_t> VersionTable::numbers_of(std::string_view name) {
    const auto lock = connection_.lock();
    std::vector<std::uint64_t> numbers;
    sqlite::Query query(
        connection_.prepared("SELECT number FROM versions WHERE name = ? ORDER BY number"));
    query.bind(name);
    while (query.step()) {
        numbers.push_back(query.uint64(0));
    }
    return numbers;
}

std::optional<VersionRow> VersionTable::find(std::string_view name, std::uint64_t number) {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared(kByNumber));
    return finish_row(query.bind(name, number));
}

std::optional<VersionRow> VersionTable::find_latest(std::string_view name) {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared(kLatest));
    return finish_row(query.bind(name));
}

std::optional<VersionRow> VersionTable::find_by_id(std::string_view id) {
    const auto lock = connection_.lock();
    sqlite::Query query(connection_.prepared(kById));
    return finish_row(query.bind(sqlite::Blob{id}));
}

std::vector<Sha256> VersionTable::contents_of(std::string_view id) {
    const auto lock = connection_.lock();
    std::vector<Sha256> contents;
    sqlite::Query query(connection_.prepared("SELECT content FROM versions WHERE id = ?1 "
                                             "UNION SELECT content FROM kept WHERE id = ?1"));
    query.bind(sqlite::Blob{id});
    while (query.step()) {
        contents.push_back(query.sha256(0));
    }
    return contents;
}

void VersionTable::put(const VersionRow& row) {
    const auto lock = connection_.lock();
    connection_.require_write();
    remove(row.name, row.number);
    std::optional<std::string> base_name;
    std::optional<std::uint64_t> base_number;
    if (row.base) {
        base_name = row.base->first;
        base_number = row.base->second;
    }
    const std::string metadata = render_json(row.metadata, kOrderedJson);
    std::int64_t row_id = 0;
    {
        sqlite::Query query(connection_.prepared(
            "INSERT INTO versions (name, number, type, id, content, digest, metadata, description, "
            "dialect, created_at, run, base_name, base_number) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING row_id"));
        query.bind(row.name, row.number, row.type, sqlite::Blob{row.id}, row.content, row.digest,
                   metadata, row.description, row.dialect, row.created_at, row.run, base_name,
                   base_number);
        query.step();
        row_id = query.int64(0);
        query.execute();
    }
    for (const Dependency& dependency : row.dependencies) {
        connection_.execute("INSERT INTO kept (version, id, name, content) VALUES (?, ?, ?, ?)",
                            row_id, sqlite::Blob{dependency.id}, dependency.name,
                            dependency.content);
    }
}

void VersionTable::remove(std::string_view name, std::uint64_t number) {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("DELETE FROM versions WHERE name = ? AND number = ?", name, number);
}

void VersionTable::for_each(const std::function<void(const VersionRow&)>& visit) {
    std::string name;
    std::int64_t number = -1;
    while (true) {
        std::optional<VersionRow> row;
        {
            const auto lock = connection_.lock();
            sqlite::Query query(connection_.prepared(kWalk));
            row = finish_row(query.bind(name, number));
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
