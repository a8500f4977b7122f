// SPDX-License-Identifier: MIT
#include "catalog/run_table.hpp"

namespace vitrine {

std::vector<RunVersionRow> RunTable::versions_of(std::string_view run, RunRole role) {
    std::vector<RunVersionRow> versions;
    sqlite::Query query(connection_.prepared("SELECT version, name, number FROM run_versions "
                                             "WHERE run = ? AND role = ? ORDER BY position"));
    query.bind(run, static_cast<std::int64_t>(role));
    while (query.step()) {
        versions.push_back({query.text(0), query.text(1), query.uint64(2)});
    }
    return versions;
}

std::optional<RunRow> RunTable::find(std::string_view id) {
    const auto lock = connection_.lock();
    RunRow row;
    {
        sqlite::Query query(
            connection_.prepared("SELECT id, directory, created_at FROM runs WHERE id = ?"));
        if (!query.bind(id).step()) {
            return std::nullopt;
        }
        row.id = query.text(0);
        row.directory = query.text(1);
        row.created_at = query.text(2);
    }
    row.used = versions_of(id, RunRole::used);
    row.made = versions_of(id, RunRole::made);
    return row;
}

std::vector<std::string> RunTable::of_version(std::string_view version_id, RunRole role) {
    const auto lock = connection_.lock();
    std::vector<std::string> runs;
    sqlite::Query query(
        connection_.prepared("SELECT run FROM run_versions JOIN runs ON runs.id = run "
                             "WHERE version = ? AND role = ? ORDER BY created_at, run"));
    query.bind(sqlite::Blob{version_id}, static_cast<std::int64_t>(role));
    while (query.step()) {
        runs.push_back(query.text(0));
    }
    return runs;
}

void RunTable::put(const RunRow& row) {
    const auto lock = connection_.lock();
    connection_.require_write();
    connection_.execute("DELETE FROM runs WHERE id = ?", row.id);
    connection_.execute("INSERT INTO runs (id, directory, created_at) VALUES (?, ?, ?)", row.id,
                        row.directory, row.created_at);
    const auto put = [&](const std::vector<RunVersionRow>& versions, RunRole role) {
        std::uint64_t position = 0;
        for (const RunVersionRow& version : versions) {
            connection_.execute(
                "INSERT INTO run_versions (run, role, position, version, name, number) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                row.id, static_cast<std::int64_t>(role), position++, sqlite::Blob{version.id},
                version.name, version.number);
        }
    };
    put(row.used, RunRole::used);
    put(row.made, RunRole::made);
}

void RunTable::for_each(const std::function<void(const RunRow&)>& visit) {
    std::string id;
    while (true) {
        std::optional<RunRow> row;
        {
            const auto lock = connection_.lock();
            std::optional<std::string> next;
            {
                sqlite::Query query(
                    connection_.prepared("SELECT id FROM runs WHERE id > ? ORDER BY id LIMIT 1"));
                if (query.bind(id).step()) {
                    next = query.text(0);
                }
            }
            row = next ? find(*next) : std::nullopt;
        }
        if (!row) {
            return;
        }
        id = row->id;
        visit(*row);
    }
}

} // namespace vitrine
