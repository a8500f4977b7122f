// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
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

/// All tables below a folder of an artifact, read as one. So several writers can fill one table,
/// each with a part of its own.
///
///     draft.add(Table(...), "parts/0");
///     draft.add(Table(...), "parts/1");
///     draft.add(PartitionedTable("parts"), "all");
///
///     for (const TableRow& row : artifact.get<PartitionedTable>("all")->rows()) { ... }
///
/// A cheap handle; immutable; safe to use from many threads. JSON in an artifact: {"_type":
/// "partitioned-table", "parts_path"}. Source: wandb/data_types.py, PartitionedTable (newer than
/// SDK 0.10.14).
class VITRINE_EXPORT PartitionedTable : public Value {
public:
    static constexpr std::string_view artifact_type = "partitioned-table";

    /// The tables below this folder, in the artifact to which this is added.
    /// Throws: InvalidArgument for text that is not an entry path.
    explicit PartitionedTable(std::string parts_path);

    /// The folder, without a slash at its end. Valid while this lives.
    const std::string& parts_path() const noexcept { return parts_path_; }

    // The parts are those of the artifact from which this was restored. Each of the following
    // throws InvalidArgument if it was not restored from an artifact.

    /// The paths of all tables below the folder, sorted by their bytes. Throws: InvalidArgument;
    /// what ValueSource::files_below throws.
    std::vector<std::string> parts() const;
    /// Restores a part, by its index in parts(). Throws: InvalidArgument also for an index that is
    /// not below their number; InvalidFormat if it is not a table; what ValueSource::value and
    /// parts throw.
    Table part(std::size_t index) const;
    /// The columns of the first part; empty if there are no parts. Throws: as part.
    std::vector<ColumnName> columns() const;
    /// The rows of all parts, in the order of parts(); one part is in memory at a time.
    /// Throws: as parts. Reading the stream throws as part, and InvalidFormat for a part that has
    /// other columns than the first.
    RowStream rows() const;

    std::string_view type() const override { return artifact_type; }
    std::string_view class_name() const override { return "PartitionedTable"; }

    /// If this was restored, parts that the target artifact lacks become references.
    /// In a run, returns {"_type", "artifact_path": the URI of its entry}.
    /// Throws: InvalidArgument for a run, unless it was restored from an artifact; as parts; what
    /// the sink throws.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact. Parts are read on demand. Throws: InvalidFormat that
    /// names the member.
    static PartitionedTable from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the rows are equal; if one of the two is in no artifact yet, whether the paths are.
    /// Throws: as rows, and as reading them.
    bool equals(const Value& other) const override;

private:
    Table part_at(const std::string& path) const;
    const ValueSource& source() const;

    std::string parts_path_;
    std::shared_ptr<const ValueSource> source_;
};

} // namespace vitrine
