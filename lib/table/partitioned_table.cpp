// SPDX-License-Identifier: MIT
#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/table/partitioned_table.hpp>

#include "core/text.hpp"
#include "media/json_fields.hpp"
#include "table/artifact_url.hpp"

#include <utility>

namespace vitrine {

namespace {

std::string names_of(const std::vector<ColumnName>& columns) {
    std::string names;
    for (const ColumnName& column : columns) {
        names += (names.empty() ? "" : ", ") + quoted(column.text());
    }
    return names;
}

} // namespace

PartitionedTable::PartitionedTable(std::string parts_path) : parts_path_(std::move(parts_path)) {
    while (parts_path_.ends_with('/')) {
        parts_path_.pop_back();
    }
    static_cast<void>(EntryPath(parts_path_));
}

const ValueSource& PartitionedTable::source() const {
    if (!source_) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("the parts below ", quoted(parts_path_),
                           " are in an artifact: restore the table from the artifact first"));
    }
    return *source_;
}

std::vector<std::string> PartitionedTable::parts() const {
    std::vector<std::string> paths = source().files_below(parts_path_);
    const std::string suffix = concat('.', Table::artifact_type, ".json");
    std::erase_if(paths, [&](const std::string& path) { return !path.ends_with(suffix); });
    return paths;
}

Table PartitionedTable::part_at(const std::string& path) const {
    return value_at<Table>(source(), path, "a table");
}

Table PartitionedTable::part(std::size_t index) const {
    const std::vector<std::string> paths = parts();
    if (index >= paths.size()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a part below ", paths.size(), ", got ", index));
    }
    return part_at(paths[index]);
}

std::vector<ColumnName> PartitionedTable::columns() const {
    const std::vector<std::string> paths = parts();
    return paths.empty() ? std::vector<ColumnName>() : part_at(paths.front()).columns();
}

RowStream PartitionedTable::rows() const {
    struct Walk {
        PartitionedTable table;
        std::vector<std::string> paths;
        std::size_t next = 0;
        std::vector<ColumnName> columns;
    };
    auto state = std::make_shared<Walk>(Walk{*this, parts(), 0, {}});
    return RowStream([state]() -> std::optional<Table> {
        if (state->next == state->paths.size()) {
            return std::nullopt;
        }
        const std::string& path = state->paths[state->next];
        Table table = state->table.part_at(path);
        if (state->next == 0) {
            state->columns = table.columns();
        } else if (table.columns() != state->columns) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("the parts of a table have different columns: expected ",
                               names_of(state->columns), ", got ", names_of(table.columns()),
                               " in ", quoted(path)));
        }
        ++state->next;
        return table;
    });
}

Json PartitionedTable::to_json(ValueSink& sink) const {
    ArtifactSink* artifact = sink.artifact();
    if (artifact == nullptr) {
        return artifact_path_json(*this);
    }
    if (source_) {
        for (const std::string& path : parts()) {
            if (!artifact->contains(path)) {
                artifact->add_entry({source_, path}, path);
            }
        }
    }
    Json json = Json::object();
    json["_type"] = artifact_type;
    json["parts_path"] = parts_path_;
    return json;
}

PartitionedTable PartitionedTable::from_json(const Json& json,
                                             std::shared_ptr<const ValueSource> source) {
    expect_type(json, artifact_type);
    PartitionedTable table = restoring(
        "'parts_path'", [&] { return PartitionedTable(string_member(json, "parts_path")); });
    table.source_ = std::move(source);
    return table;
}

bool PartitionedTable::equals(const Value& other) const {
    const auto* table = dynamic_cast<const PartitionedTable*>(&other);
    if (table == nullptr) {
        return false;
    }
    if (!source_ || !table->source_ || source_ == table->source_) {
        return parts_path_ == table->parts_path_;
    }
    if (columns() != table->columns()) {
        return false;
    }
    RowStream ours = rows();
    RowStream theirs = table->rows();
    for (;;) {
        const auto a = ours.next();
        const auto b = theirs.next();
        if (!a || !b) {
            return !a && !b;
        }
        if (a->cells() != b->cells()) {
            return false;
        }
    }
}

} // namespace vitrine
