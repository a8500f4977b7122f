// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/media/media.hpp>
#include <vitrine/table/cell.hpp>
#include <vitrine/table/column_name.hpp>
#include <vitrine/table/column_type.hpp>

#include <cstddef>
#include <initializer_list>
#include <istream>
#include <iterator>
#include <memory>
#include <ostream>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

class Table;
struct TableBody; // lib/table/table_body.hpp

/// How the columns of a new table are typed.
struct TableOptions {
    /// The type of each column; a single type is that of all columns. If empty, the rows settle the
    /// types. (W&B: `dtype`.)
    std::vector<ColumnType> types = {};
    /// Whether the cells of each column may be none; a single flag holds for all columns.
    std::vector<bool> optional = {true};
};

/// One row of a table. It shares the table's rows as they were when the row was taken, so later
/// changes of the table do not change it. Immutable; safe to use from many threads.
class VITRINE_EXPORT TableRow {
public:
    /// The number of the row, from 0.
    std::size_t index() const noexcept { return index_; }
    /// The number of columns.
    std::size_t size() const noexcept;
    /// The cell of a column, by number from 0 or by name; a value in it is restored.
    /// Throws: as Table::cell.
    Cell operator[](std::size_t column) const;
    /// The same by the name of the column. Throws: as Table::cell.
    Cell operator[](const ColumnName& column) const;
    /// All cells of the row. Throws: as Table::cell.
    std::vector<Cell> cells() const;

private:
    friend class Table;
    friend class TableRows;
    TableRow(std::shared_ptr<const Table> table, std::size_t index)
        : table_(std::move(table)), index_(index) {}
    std::shared_ptr<const Table> table_;
    std::size_t index_;
};

/// The rows of a table for a range-for loop.
class VITRINE_EXPORT TableRows {
public:
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = TableRow;
        using difference_type = std::ptrdiff_t;
        using pointer = const TableRow*;
        using reference = TableRow;

        /// The row; valid on its own.
        TableRow operator*() const;
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        void operator++(int) { ++index_; }
        bool operator==(const Iterator& other) const { return index_ == other.index_; }

    private:
        friend class TableRows;
        Iterator(std::shared_ptr<const Table> table, std::size_t index)
            : table_(std::move(table)), index_(index) {}
        std::shared_ptr<const Table> table_;
        std::size_t index_;
    };

    Iterator begin() const { return {table_, 0}; }
    Iterator end() const;

private:
    friend class Table;
    explicit TableRows(const Table& table);
    std::shared_ptr<const Table> table_;
};

/// Rows of cells under named columns. Each column has a type, which its rows settle.
///
///     Table table({"picture", "label", "score"});
///     table.add_data({image, "cat", 0.93});
///     draft.add(table, "predictions");
///
///     const auto read = artifact.get<Table>("predictions");
///     for (const TableRow& row : read->rows()) {
///         row["picture"].as<Image>()->pixels();
///     }
///
/// A cheap handle; copies share their rows until add_data is called on one of them. Many threads
/// may read a table at once. add_data and cast change the handle on which they are called; no other
/// thread may use that handle meanwhile.
///
/// Rows are stored in a compact form: a number takes 16 bytes, text its length in addition. A value
/// in a table that was read is kept as its JSON; each access to its cell restores it again. The
/// number of rows is not limited (W&B keeps at most MAX_ARTIFACT_ROWS).
///
/// JSON in an artifact (see lib/table/FORMAT.md): {"_type": "table", "columns", "data", "ncols",
/// "nrows", "column_types"}. Source: wandb/data_types.py, Table.
class VITRINE_EXPORT Table : public Media {
public:
    static constexpr std::string_view artifact_type = "table";
    /// At most this many rows are logged to a run.
    static constexpr std::size_t MAX_ROWS = 10000;
    /// W&B keeps at most this many rows of a table in an artifact. vitrine keeps all.
    static constexpr std::size_t MAX_ARTIFACT_ROWS = 200000;

    /// No rows, and the columns Input, Output and Expected, as in W&B.
    Table();
    /// A table with these rows.
    /// Throws: InvalidArgument for a column name that appears twice, or options for another number
    /// of columns; what add_data throws.
    explicit Table(std::vector<ColumnName> columns, const std::vector<std::vector<Cell>>& rows = {},
                   const TableOptions& options = {});
    /// Copies an array of shape (rows, columns): each element becomes a number or boolean. With
    /// more axes, the rest of the axes become nested lists. Throws: InvalidArgument for fewer than
    /// two axes, or another number of columns; as the other constructor.
    Table(std::vector<ColumnName> columns, const ArrayView& data, const TableOptions& options = {});

    /// Appends a row. The table then is a new object without an artifact_source.
    /// Throws: InvalidArgument if there are not as many cells as columns ("this table expects
    /// ..."), a cell does not fit its column's type ("data column contained incompatible types:
    /// ..."), a text is longer than 4 GiB, or the table was moved from; then the table is
    /// unchanged.
    void add_data(std::span<const Cell> row);
    /// The same for `table.add_data({"cat", 0.93})`.
    void add_data(std::initializer_list<Cell> row) { add_data(std::span(row.begin(), row.size())); }

    /// Sets the type of a column, which all its cells must fit, and returns the type that the cells
    /// make of it. With `optional`, cells may also be none. Restores each cell of the column.
    /// Throws: InvalidArgument for a missing column or a cell that does not fit; as cell. Then the
    /// table is unchanged.
    ColumnType cast(const ColumnName& column, const ColumnType& type, bool optional = false);

    /// The names of the columns, in order. Valid until this handle is assigned to or changed.
    const std::vector<ColumnName>& columns() const noexcept;
    /// The number of columns.
    std::size_t ncols() const noexcept { return columns().size(); }
    /// The number of rows.
    std::size_t nrows() const noexcept;
    /// The number of a column, from 0. Throws: InvalidArgument that lists the columns, if there is
    /// no such column.
    std::size_t column_index(const ColumnName& column) const;
    /// The type of a column, by its number. Valid until this handle is assigned to or changed.
    /// Throws: InvalidArgument for a column that does not exist.
    const ColumnType& column_type(std::size_t column) const;
    /// W&B's type of the columns together: {"wb_type": "dictionary", "params": {"type_map": ...}}.
    Json column_types() const;

    /// Returns a cell; a value in it is restored.
    /// Throws: InvalidArgument for a row or column that does not exist; what restoring the value
    /// throws (NotFound, InvalidFormat, Corruption, IoError, DatabaseError), with the row and
    /// column as context.
    Cell cell(std::size_t row, std::size_t column) const;
    /// The same by the name of the column. Throws: as the other cell.
    Cell cell(std::size_t row, const ColumnName& column) const;
    /// The row with that number, from 0. Throws: InvalidArgument beyond the table.
    TableRow row(std::size_t row) const;
    /// All rows, for a range-for loop. The range is valid on its own.
    TableRows rows() const;
    /// All cells of a column, from the first row. Throws: as cell.
    std::vector<Cell> column(const ColumnName& column) const;
    /// Returns a new table of the rows first to last - 1. As in W&B, these rows settle its types.
    /// Values keep their source, so that adding the new table to an artifact writes no file again.
    /// Throws: InvalidArgument unless first <= last <= nrows(); as cell.
    Table slice(std::size_t first, std::size_t last) const;

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/table"; }

    /// Throws: InvalidArgument, in an artifact, for a column name with a period, for names of
    /// which some are text and some integers, or for text that is not UTF-8; in a run, if the table
    /// is not bound to it. What the sink and Value::to_json of the values in cells throw.
    Json to_json(ValueSink& sink) const override;
    /// Writes row by row; the whole JSON is never in memory. Throws: as to_json; what `out` throws.
    void write_json(ValueSink& sink, std::ostream& out) const override;
    /// Inverse of to_json. Throws: InvalidFormat with the JSON pointer of the fault; what the
    /// source throws.
    static Table from_json(const Json& json, std::shared_ptr<const ValueSource> source);
    /// Inverse of write_json. It reads piece by piece and holds no more than the rows in memory.
    /// Throws: InvalidFormat with the JSON pointer of the fault; what the source throws.
    static Table read(std::istream& text, const Json& notes,
                      std::shared_ptr<const ValueSource> source);

    /// Whether columns, types and cells are equal, in order. Throws: as cell.
    bool equals(const Value& other) const override;

protected:
    std::string_view class_name() const override { return "Table"; }
    MediaFile make_run_file(RunSink& run) const override;

private:
    friend class TableReader;
    explicit Table(std::shared_ptr<TableBody> body);
    TableBody& own_body();
    std::vector<ColumnType> fitted(std::span<const Cell> row) const;
    void check_columns_for_artifact() const;
    Json type_map(ArtifactSink* sink) const;
    Json column_types(ArtifactSink* sink) const;

    std::shared_ptr<TableBody> body_;
};

} // namespace vitrine
