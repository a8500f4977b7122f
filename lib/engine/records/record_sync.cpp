// SPDX-License-Identifier: MIT
#include "engine/records/record_sync.hpp"

#include "core/linkless.hpp"
#include "engine/records/record_folder.hpp"
#include "engine/records/records.hpp"
#include "engine/records/run_records.hpp"
#include "engine/records/untracked_records.hpp"
#include "engine/store/write_lock.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace vitrine {

namespace {

/// Whether the file says what its row says.
template <class Row>
bool agrees(const std::filesystem::path& path, const Row& row) {
    return is_text_of(try_read_linkless(path), row);
}

/// The names of which a record or the head differs.
std::set<std::string> differing_names(OpenStore& store) {
    std::set<std::string> names;
    for (const HeadRow& head : store.reads->versions.heads()) {
        if (!agrees(store.layout.head(head.name), head)) {
            names.insert(head.name);
        }
    }
    store.reads->versions.for_each([&](const VersionRow& row) {
        if (!agrees(store.layout.record(row.name, row.number), row)) {
            names.insert(row.name);
        }
    });
    return names;
}

void rewrite_name(OpenStore& store, const std::string& name) {
    const RecordFolder records(store, name);
    for (const std::uint64_t number : store.catalog->versions.numbers_of(name)) {
        const auto row = store.catalog->versions.find(name, number);
        if (row && !agrees(store.layout.record(name, number), *row)) {
            require_known_record(store, *row);
            records.write_record(*row);
        }
    }
    require_known_records(store, name);
    const auto head = store.catalog->versions.find_head(name);
    if (head && !agrees(store.layout.head(name), *head)) {
        records.write_head(*head);
    }
}

/// The ids of the runs whose record differs.
std::vector<std::string> differing_runs(OpenStore& store) {
    std::vector<std::string> ids;
    store.reads->runs.for_each([&](const RunRow& row) {
        if (!agrees(store.layout.run_record(row.id), row)) {
            ids.push_back(row.id);
        }
    });
    return ids;
}

void rewrite_run(OpenStore& store, const std::string& id) {
    const auto row = store.catalog->runs.find(id);
    if (row && !agrees(store.layout.run_record(id), *row)) {
        require_known_run(store, id);
        write_run_record(store, *row);
    }
}

} // namespace

void rewrite_differing_records(OpenStore& store) {
    const std::set<std::string> names = differing_names(store);
    const std::vector<std::string> runs = differing_runs(store);
    if (names.empty() && runs.empty()) {
        return;
    }
    WriteTransaction transaction(store);
    transaction.fence();
    for (const std::string& name : names) {
        rewrite_name(store, name);
    }
    for (const std::string& id : runs) {
        rewrite_run(store, id);
    }
}

} // namespace vitrine
