// SPDX-License-Identifier: MIT
#pragma once

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

struct TableOptions {
    /// The type of each column; of all columns if there is just one; settled by the rows if there
    /// is none. (W&B: `dtype`.)
    std::vector<ColumnType> types = {};
    /// Whether the cells of each column may be none; of all columns if there is just one.
    std::vector<bool> optional = {true};
};

/// One row of a table. It shares the table's rows, as they were when it was asked for.
class TableRow {
public:
    std::size_t index() const noexcept { return index_; }
    std::size_t size() const noexcept;
    /// Throws: as Table::cell.
    Cell operator[](std::size_t column) const;
    Cell operator[](const ColumnName& column) const;
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
class TableRows {
public:
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = TableRow;
        using difference_type = std::ptrdiff_t;
        using pointer = const TableRow*;
        using reference = TableRow;

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

/// Rows of cells under named columns, each with a type that its rows have settled.
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
/// A cheap handle; copies share their rows until one of them is added to. Reading is safe from many
/// threads; add_data and cast change the handle they are called on, by one thread.
///
/// Rows are kept in a compact form: a number takes 16 bytes, text its length beside. A value in a
/// table that was read is its JSON until its cell is asked for, each time anew. There is no limit
/// to the number of rows (W&B cuts at MAX_ARTIFACT_ROWS).
///
/// JSON in an artifact (see lib/table/FORMAT.md): {"_type": "table", "columns", "data", "ncols",
/// "nrows", "column_types"}. Source: wandb/data_types.py, Table.
class Table : public Media {
public:
    static constexpr std::string_view artifact_type = "table";
    /// So many rows are logged to a run.
    static constexpr std::size_t MAX_ROWS = 10000;
    /// So many rows W&B keeps of a table in an artifact. vitrine keeps all.
    static constexpr std::size_t MAX_ARTIFACT_ROWS = 200000;

    /// The columns Input, Output and Expected, as W&B.
    Table();
    /// Throws: InvalidArgument for a column that is there twice, or options for another number of
    /// columns; what add_data throws.
    explicit Table(std::vector<ColumnName> columns, const std::vector<std::vector<Cell>>& rows = {},
                   const TableOptions& options = {});
    /// The rows of an array (rows, columns): numbers and booleans, of an array with more axes lists
    /// of them. Throws: InvalidArgument for fewer axes.
    Table(std::vector<ColumnName> columns, const ArrayView& data, const TableOptions& options = {});

    /// Adds a row. The table is a new object then, of no source.
    /// Throws: InvalidArgument for another number of cells than columns ("this table expects ..."),
    /// or a cell that does not fit its column's type ("data column contained incompatible types:
    /// ..."); the table is as it was then.
    void add_data(std::span<const Cell> row);
    void add_data(std::initializer_list<Cell> row) { add_data(std::span(row.begin(), row.size())); }

    /// Gives a column a type that its cells have to fit, and gives the type that they make of it.
    /// Throws: InvalidArgument for a column that is not there or a cell that does not fit.
    ColumnType cast(const ColumnName& column, const ColumnType& type, bool optional = false);

    const std::vector<ColumnName>& columns() const noexcept;
    std::size_t ncols() const noexcept { return columns().size(); }
    std::size_t nrows() const noexcept;
    /// The place of a column. Throws: InvalidArgument that names those there are.
    std::size_t column_index(const ColumnName& column) const;
    const ColumnType& column_type(std::size_t column) const;
    /// W&B's type of the columns together: {"wb_type": "dictionary", "params": {"type_map": ...}}.
    Json column_types() const { return column_types(nullptr); }

    /// A cell; a value in it is restored. Throws: InvalidArgument beyond the table; what restoring
    /// throws, with the place of the cell.
    Cell cell(std::size_t row, std::size_t column) const;
    Cell cell(std::size_t row, const ColumnName& column) const;
    TableRow row(std::size_t row) const;
    TableRows rows() const;
    /// All cells of a column.
    std::vector<Cell> column(const ColumnName& column) const;
    /// A new table of the rows first to last - 1. As in W&B its types are those that these rows
    /// settle; values keep their source, so that adding it to an artifact writes no file again.
    /// Throws: InvalidArgument unless first <= last <= nrows().
    Table slice(std::size_t first, std::size_t last) const;

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/table"; }

    /// Throws: InvalidArgument for a column name with a period, or names both text and integer, in
    /// an artifact.
    Json to_json(ValueSink& sink) const override;
    void write_json(ValueSink& sink, std::ostream& out) const override;
    static Table from_json(const Json& json, std::shared_ptr<const ValueSource> source);
    /// Inverse of write_json, in memory of its rows alone. Throws: InvalidFormat with the place.
    static Table read(std::istream& text, const Json& notes,
                      std::shared_ptr<const ValueSource> source);

    /// The same columns, types and cells in order.
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
