// SPDX-License-Identifier: MIT
// Rows of runs: what used and what made a version.
#include "catalog/sqlite_catalog.hpp"

namespace vitrine {

std::vector<RunVersionRow> SqliteCatalog::versions_of_run(std::string_view run, RunRole role) {
    std::vector<RunVersionRow> versions;
    sqlite::Query query(database_.prepared("SELECT version, name, number FROM run_versions "
                                           "WHERE run = ? AND role = ? ORDER BY position"));
    query.bind(run, static_cast<std::int64_t>(role));
    while (query.step()) {
        versions.push_back({query.text(0), query.text(1), query.uint64(2)});
    }
    return versions;
}

std::optional<RunRow> SqliteCatalog::find_run(std::string_view id) {
    const Lock lock(mutex_);
    RunRow row;
    {
        sqlite::Query query(
            database_.prepared("SELECT id, directory, created_at FROM runs WHERE id = ?"));
        if (!query.bind(id).step()) {
            return std::nullopt;
        }
        row.id = query.text(0);
        row.directory = query.text(1);
        row.created_at = query.text(2);
    }
    row.used = versions_of_run(id, RunRole::used);
    row.made = versions_of_run(id, RunRole::made);
    return row;
}

std::vector<std::string> SqliteCatalog::runs_of(std::string_view version_id, RunRole role) {
    const Lock lock(mutex_);
    std::vector<std::string> runs;
    sqlite::Query query(
        database_.prepared("SELECT run FROM run_versions JOIN runs ON runs.id = run "
                           "WHERE version = ? AND role = ? ORDER BY created_at, run"));
    query.bind(sqlite::Blob{version_id}, static_cast<std::int64_t>(role));
    while (query.step()) {
        runs.push_back(query.text(0));
    }
    return runs;
}

void SqliteCatalog::put_segment(const RunRow& row) {
    const Lock lock(mutex_);
    require_write();
    database_.run("DELETE FROM runs WHERE id = ?", row.id);
    database_.run("INSERT INTO runs (id, directory, created_at) VALUES (?, ?, ?)", row.id,
                  row.directory, row.created_at);
    const auto put = [&](const std::vector<RunVersionRow>& versions, RunRole role) {
        std::uint64_t position = 0;
        for (const RunVersionRow& version : versions) {
            database_.run("INSERT INTO run_versions (run, role, position, version, name, number) "
                          "VALUES (?, ?, ?, ?, ?, ?)",
                          row.id, static_cast<std::int64_t>(role), position++,
                          sqlite::Blob{version.id}, version.name, version.number);
        }
    };
    put(row.used, RunRole::used);
    put(row.made, RunRole::made);
}

void SqliteCatalog::for_each_run(const std::function<void(const RunRow&)>& visit) {
    std::string id;
    while (true) {
        std::optional<RunRow> row;
        {
            const Lock lock(mutex_);
            std::optional<std::string> next;
            {
                sqlite::Query query(
                    database_.prepared("SELECT id FROM runs WHERE id > ? ORDER BY id LIMIT 1"));
                if (query.bind(id).step()) {
                    next = query.text(0);
                }
            }
            row = next ? find_run(*next) : std::nullopt;
        }
        if (!row) {
            return;
        }
        id = row->id;
        visit(*row);
    }
}

} // namespace vitrine
