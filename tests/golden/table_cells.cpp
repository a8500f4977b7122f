// SPDX-License-Identifier: MIT
// The case `table_cells`: a table with one cell for every kind of Python value.
#include "golden/table_cells.hpp"

#include <vitrine/table/table.hpp>

#include "golden/cells.hpp"
#include "golden/counting.hpp"

#include <map>

namespace vitrine::golden {

namespace {

/// Records of tables that were added, by their names.
using Added = std::map<std::string, Json>;

/// The record with its error, if it has one, where those of steps have theirs, and as vitrine has
/// to have it.
Json expected_of(World& world, const std::string& where, const Json& recorded) {
    Json record = recorded;
    for (const char* name : {"construct_error", "add_error"}) {
        if (record.contains(name)) {
            record["error"] = record.at(name);
        }
    }
    if (record.contains("error") && record.at("error").at("type") == "UnicodeDecodeError") {
        // The bytes are the caller's here, not those of a file.
        record["error"]["code"] = to_string(ErrorCode::InvalidArgument);
    }
    if (const Deviation* deviation = find_deviation(world.golden.name, where)) {
        record = deviated(record, *deviation);
        note_deviation(world, where);
    }
    return record;
}

void add_cell(World& world, ArtifactBuilder& draft, const Json& record, Added& added) {
    const std::string name = std::to_string(added.size());
    std::optional<Table> table;
    std::optional<Entry> entry;
    const bool is_added = succeeds(record, [&] {
        table.emplace(Table({"c"}, {{table_cell_of(world, record.at("value"))}}));
        entry.emplace(draft.add(*table, name));
    });
    if (table && record.contains("column_types")) {
        check_same(table->column_types(), plain(record.at("column_types")), "column types");
    }
    if (is_added) {
        if (record.contains("digest")) {
            CHECK(entry->digest == record.at("digest").get<std::string>());
            CHECK(entry->size == record.at("size").get<std::uint64_t>());
        }
        added.emplace(name, record);
    }
}

void check_saved_cell(const Artifact& artifact, const std::string& name, const Json& record) {
    INFO("the cell ", record.at("cell").get<std::string>());
    const std::string text = artifact.get_path(name + ".table.json").read();
    if (record.contains("json_text")) {
        CHECK(text == record.at("json_text").get<std::string>());
    }
    const std::string cell = record.at("cell_json_text").get<std::string>();
    CHECK(render_json(parse_json(text).at("data").at(0).at(0)) == cell);
    const auto restored = artifact.get<Table>(name);
    REQUIRE(restored);
    CHECK(render_json(restored->cell(0, 0).json()) == cell);
}

} // namespace

void check_table_cells(World& world) {
    ArtifactBuilder draft = world.store().new_artifact("cells", "dataset");
    Added added;
    for (const Json& recorded : world.golden.json.at("cells")) {
        const std::string where = "cell, " + recorded.at("cell").get<std::string>();
        count(world, where,
              [&] { add_cell(world, draft, expected_of(world, where, recorded), added); });
    }
    const Artifact saved = world.store().commit(std::move(draft));
    for (const auto& [name, record] : added) {
        check_saved_cell(saved, name, record);
    }
}

} // namespace vitrine::golden
