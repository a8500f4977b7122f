// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/core/next_iterator.hpp>
#include <vitrine/table/partitioned_table.hpp>
#include <vitrine/table/row_stream.hpp>
#include <vitrine/table/table.hpp>
#include <vitrine/value/value.hpp>
#include <vitrine/value/value_source.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// One of the two tables of a JoinedTable.
class VITRINE_EXPORT JoinedSide {
public:
    /// The table itself, which the side shares.
    JoinedSide(const Table& table);
    JoinedSide(const PartitionedTable& table);
    /// A Table or PartitionedTable. Throws: InvalidArgument for another value, or a null pointer.
    JoinedSide(std::shared_ptr<const Value> table);
    /// A table of another artifact, by its JSON: `artifact.get_path("t.table.json").source_path()`.
    /// Throws: InvalidArgument for a path that is no table's, or without a source.
    JoinedSide(SourcePath entry);
    /// The path of a table in the artifact that the JoinedTable is added to: "t.table.json".
    /// Throws: InvalidArgument for a path that is no table's.
    JoinedSide(std::string path);
    /// The same. Throws: as for a std::string.
    JoinedSide(const char* path) : JoinedSide(std::string(path)) {}

    /// The path of the entry; "" if the table itself was given.
    const std::string& path() const noexcept { return path_; }
    /// The Table or PartitionedTable; one in an artifact is restored at each call. Null if only a
    /// path was given. Throws: what restoring throws; InvalidFormat if the path is not a table's.
    std::shared_ptr<const Value> table() const;

    /// Whether the paths are the same, or the tables are equal. Throws: what `table` and
    /// Value::equals throw.
    friend bool operator==(const JoinedSide& a, const JoinedSide& b) { return a.equals(b); }

private:
    friend class JoinedTable;
    bool equals(const JoinedSide& other) const;
    /// The path that the table has in `artifact`, to which it is added.
    std::string put(ArtifactSink& artifact, const std::string& own_name) const;

    std::shared_ptr<const Value> value_;
    std::shared_ptr<const ValueSource> source_;
    std::string path_;
    bool is_restored_ = false; ///< keeps its path, unlike an entry that was chosen
};

/// Two rows with the same key.
struct JoinedRow {
    TableRow row1; ///< of the first table
    TableRow row2; ///< of the second table
};

/// The pairs of a JoinedTable, for a single pass. The second table's rows stay in memory, the first
/// table's only while they are walked. For one thread.
class VITRINE_EXPORT JoinedRows {
public:
    /// Returns the next pair, or nothing at the end. Throws: what restoring a table or key throws.
    std::optional<JoinedRow> next();

    using Iterator = NextIterator<JoinedRows, JoinedRow>;

    /// Reads the first pair. Throws: as next.
    Iterator begin() { return Iterator(*this); }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    friend class JoinedTable;
    struct State;
    explicit JoinedRows(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
};

/// Two tables whose rows belong together by the values of one column each, such as predictions and
/// labels.
///
///     draft.add(JoinedTable(labels, predictions, "id"), "joined");
///
///     for (const JoinedRow& pair : artifact.get<JoinedTable>("joined")->rows()) {
///         pair.row1["label"].text() == pair.row2["label"].text();
///     }
///
/// A cheap handle; immutable; safe to use from many threads. JSON in an artifact (see
/// lib/table/FORMAT.md): {"_type":
/// "joined-table", "table1", "table2", "join_key"}. Source: wandb/data_types.py, JoinedTable.
class VITRINE_EXPORT JoinedTable : public Value {
public:
    static constexpr std::string_view artifact_type = "joined-table";

    /// `join_key` is the name of a column of both tables, or a list of two: the first table's
    /// column and the second's. Throws: InvalidArgument for another kind of key.
    JoinedTable(JoinedSide table1, JoinedSide table2, Json join_key);

    /// The first table. Valid while this lives, as are table2 and join_key.
    const JoinedSide& table1() const noexcept { return table1_; }
    /// The second table.
    const JoinedSide& table2() const noexcept { return table2_; }
    /// As it was given.
    const Json& join_key() const noexcept { return join_key_; }
    /// The key column of the first table.
    ColumnName key1() const;
    /// The key column of the second table.
    ColumnName key2() const;

    /// All pairs of rows with equal keys, in the order of the first table's rows, then of the
    /// second's. Keys are equal as Python compares (1 == 1.0); none and NaN equal nothing.
    /// Throws: InvalidArgument for a table that is only a path, or a key column that is missing or
    /// holds values; what restoring throws.
    JoinedRows rows() const;

    std::string_view type() const override { return artifact_type; }
    std::string_view class_name() const override { return "JoinedTable"; }

    /// Adds the tables to the artifact: as "t1_" and "t2_" with identity() behind, or under the
    /// last part of the name that they had in another artifact; an entry of another artifact as a
    /// reference, named by the first 8 hex digits of its MD5. The tables of a restored JoinedTable
    /// keep their paths.
    /// In a run, returns {"_type", "artifact_path": the URI of its entry}.
    /// Throws: InvalidArgument for a path at which the artifact has nothing, or for a run, unless
    /// this was restored from an artifact; what the sink throws.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact. Tables are read on demand. Throws: InvalidFormat that
    /// names the member.
    static JoinedTable from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether tables and key are equal. Throws: as `==` of JoinedSide.
    bool equals(const Value& other) const override;

private:
    JoinedSide table1_;
    JoinedSide table2_;
    Json join_key_;
};

} // namespace vitrine
