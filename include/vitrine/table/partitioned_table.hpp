// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/table/row_stream.hpp>
#include <vitrine/table/table.hpp>
#include <vitrine/value/value.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// All tables below a folder of an artifact, read as one. So many writers fill one table, each with
/// a part of its own.
///
///     draft.add(Table(...), "parts/0");
///     draft.add(Table(...), "parts/1");
///     draft.add(PartitionedTable("parts"), "all");
///
///     for (const TableRow& row : artifact.get<PartitionedTable>("all")->rows()) { ... }
///
/// A cheap handle; immutable. JSON in an artifact: {"_type": "partitioned-table", "parts_path"}.
/// Source: wandb/data_types.py, PartitionedTable (newer than SDK 0.10.14).
class PartitionedTable : public Value {
public:
    static constexpr std::string_view artifact_type = "partitioned-table";

    /// The tables below this folder of the artifact that this is added to.
    /// Throws: InvalidArgument for a path that no artifact has.
    explicit PartitionedTable(std::string parts_path);

    const std::string& parts_path() const noexcept { return parts_path_; }

    // The parts are those of the artifact that this was restored from; of one that was not, each
    // of the following throws InvalidArgument.

    /// The paths of all entries below the folder that are tables, sorted by their bytes.
    std::vector<std::string> parts() const;
    /// A part. Throws: InvalidFormat if it has other columns than the first; what restoring throws.
    Table part(std::size_t index) const;
    /// Those of the first part; none where there are no parts.
    std::vector<ColumnName> columns() const;
    /// The rows of all parts, in the order of parts(); one part is in memory at a time.
    RowStream rows() const;

    std::string_view type() const override { return artifact_type; }
    std::string_view class_name() const override { return "PartitionedTable"; }

    /// Of a restored one, parts that the artifact lacks become references to it.
    /// To a run, {"_type", "artifact_path": the URI of its entry}.
    /// Throws: InvalidArgument for a run, unless it was restored from an artifact.
    Json to_json(ValueSink& sink) const override;
    /// Throws: InvalidFormat that names the member. The parts are read when they are asked for.
    static PartitionedTable from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// The same rows; where one of them is in no artifact yet, the same path.
    bool equals(const Value& other) const override;

private:
    Table part_at(const std::string& path) const;
    const ValueSource& source() const;

    std::string parts_path_;
    std::shared_ptr<const ValueSource> source_;
};

} // namespace vitrine
