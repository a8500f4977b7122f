// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/table/table.hpp>
#include <vitrine/value/opaque_value.hpp>

#include "core/json_pointer.hpp"
#include "core/text.hpp"
#include "image/elements.hpp"
#include "table/table_body.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace vitrine {

namespace {

std::string quoted_names(const std::vector<ColumnName>& columns) {
    std::string names;
    for (const ColumnName& column : columns) {
        names += names.empty() ? "" : ", ";
        names += column.is_integer() ? column.text() : quoted(column.text());
    }
    return concat('[', names, ']');
}

void check_columns(const std::vector<ColumnName>& columns) {
    std::set<ColumnName> seen;
    for (const ColumnName& column : columns) {
        if (!seen.insert(column).second) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("two columns are named ", quoted(column.text())));
        }
    }
}

/// Returns one option for each of `count` columns.
template <class Option>
std::vector<Option> spread(const std::vector<Option>& options, std::size_t count,
                           std::string_view what) {
    if (options.size() != 1 && options.size() != count) {
        throw Error(ErrorCode::InvalidArgument, concat("expected ", what, " for each of ", count,
                                                       " columns, got ", options.size()));
    }
    return options.size() == count ? options : std::vector<Option>(count, options.front());
}

std::vector<ColumnType> initial_types(std::size_t count, const TableOptions& options) {
    std::vector<ColumnType> types = options.types.empty()
                                        ? std::vector<ColumnType>(count, ColumnType::unknown())
                                        : spread(options.types, count, "a type");
    const std::vector<bool> optional = spread(options.optional, count, "'optional'");
    for (std::size_t i = 0; i < count; ++i) {
        if (optional[i]) {
            types[i] = ColumnType::optional(types[i]);
        }
    }
    return types;
}

/// Returns the cell for an array from `axis` on: a number or boolean, or lists for further axes.
Cell array_cell(const ArrayView& data, std::size_t axis, const std::byte* element) {
    if (axis < data.shape().size()) {
        Cell::List items;
        for (std::size_t i = 0; i < data.shape()[axis]; ++i) {
            items.push_back(array_cell(
                data, axis + 1, element + static_cast<std::ptrdiff_t>(i) * data.strides()[axis]));
        }
        return items;
    }
    if (data.dtype() == DType::bool_) {
        return *element != std::byte{0};
    }
    return with_stored_type(
        data.dtype(), [&](auto stored) { return Cell(read_element<decltype(stored)>(element)); });
}

void require_body(const void* body) {
    if (body == nullptr) {
        throw Error(ErrorCode::InvalidArgument, "the table was moved from");
    }
}

/// Restores a cell and the values in it from its JSON. An object of an unregistered type is a value
/// only if it names files, which must be stored with it; otherwise it is the caller's dictionary.
Cell restore_cell(const Json& json, const std::string& cell_path, std::size_t row,
                  const CellNotes& notes, const std::shared_ptr<const ValueSource>& source) {
    if (json.is_array()) {
        Cell::List items;
        for (std::size_t i = 0; i < json.size(); ++i) {
            items.push_back(restore_cell(json[i], cell_path_below(cell_path, std::to_string(i)),
                                         row, notes, source));
        }
        return items;
    }
    if (!json.is_object()) {
        return json;
    }
    if (const auto type = json.find("_type"); type != json.end() && type->is_string()) {
        const Json annotated = with_annotations(json, notes.find(cell_path, row));
        if (auto value = restore_value(annotated, source, "")) {
            return value;
        }
        auto opaque = restore_opaque(annotated, source, "");
        if (!dynamic_cast<const OpaqueValue&>(*opaque).files().empty()) {
            return opaque;
        }
    }
    Cell::Dictionary members;
    for (const auto& [key, member] : json.items()) {
        members.emplace_back(
            key, restore_cell(member, cell_path_below(cell_path, key), row, notes, source));
    }
    return members;
}

} // namespace

std::string cell_path_below(std::string_view cell_path, std::string_view key) {
    return pointer_below(std::string(cell_path), key);
}

Cell TableBody::restored(std::size_t row, std::size_t column) const {
    const std::size_t cell = row * columns.size() + column;
    try {
        switch (cells.kind(cell)) {
        case RowStore::Kind::json:
            return parse_json(cells.text(cell));
        case RowStore::Kind::values:
            return restore_cell(parse_json(cells.text(cell)), std::to_string(column), row, notes,
                                source);
        case RowStore::Kind::rich_cell:
            return cells.rich_cell(cell);
        case RowStore::Kind::none:
        case RowStore::Kind::no:
        case RowStore::Kind::yes:
        case RowStore::Kind::integer:
        case RowStore::Kind::unsigned_integer:
        case RowStore::Kind::big_integer:
        case RowStore::Kind::floating:
        case RowStore::Kind::string:
            break;
        }
        return cells.scalar(cell);
    } catch (Error& error) {
        error.add_context(concat("cell '/data/", row, '/', column, "' of a table"));
        throw;
    }
}

Table::Table() : Table({"Input", "Output", "Expected"}) {}

Table::Table(std::shared_ptr<TableBody> body) : body_(std::move(body)) {}

Table::Table(std::vector<ColumnName> columns, const std::vector<std::vector<Cell>>& rows,
             const TableOptions& options)
    : body_(std::make_shared<TableBody>()) {
    check_columns(columns);
    body_->types = initial_types(columns.size(), options);
    body_->columns = std::move(columns);
    for (const auto& row : rows) {
        add_data(row);
    }
}

Table::Table(std::vector<ColumnName> columns, const ArrayView& data, const TableOptions& options)
    : Table(std::move(columns), {}, options) {
    if (data.shape().size() < 2) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a table's rows as an array of 2 or more dimensions, got ",
                           data.shape().size()));
    }
    std::vector<Cell> cells(data.shape()[1]);
    for (std::size_t row = 0; row < data.shape()[0]; ++row) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::ptrdiff_t offset = static_cast<std::ptrdiff_t>(row) * data.strides()[0] +
                                          static_cast<std::ptrdiff_t>(i) * data.strides()[1];
            cells[i] = array_cell(data, 2, data.data() + offset);
        }
        add_data(cells);
    }
}

/// Returns the body, after copying it if other handles share it.
TableBody& Table::own_body() {
    if (body_.use_count() > 1) {
        body_ = std::make_shared<TableBody>(*body_);
    }
    return *body_;
}

std::vector<ColumnType> Table::fitted(std::span<const Cell> row) const {
    std::vector<ColumnType> types;
    types.reserve(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
        types.push_back(body_->types[i].assign(row[i]));
        if (types.back().is_invalid()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("data column contained incompatible types: column ",
                               quoted(columns()[i].text()), " expected ", body_->types[i].repr(),
                               ", got ", describe(row[i])));
        }
    }
    return types;
}

void Table::add_data(std::span<const Cell> row) {
    require_body(body_.get());
    if (row.size() != ncols()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("this table expects ", ncols(), " columns: ", quoted_names(columns()),
                           ", got ", row.size(), " cells"));
    }
    std::vector<ColumnType> types = fitted(row);
    TableBody& body = own_body();
    const std::size_t before = body.cells.size();
    try {
        for (const Cell& cell : row) {
            body.cells.add(cell);
        }
    } catch (...) {
        body.cells.shrink(before);
        throw;
    }
    body.types = std::move(types);
    ++body.nrows;
    renew_identity();
}

ColumnType Table::cast(const ColumnName& column, const ColumnType& type, bool optional) {
    const std::size_t index = column_index(column);
    ColumnType fits = optional ? ColumnType::optional(type) : type;
    for (std::size_t row = 0; row < nrows(); ++row) {
        const Cell existing = cell(row, index);
        ColumnType next = fits.assign(existing);
        if (next.is_invalid()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("existing data ", describe(existing), ", of type ",
                               column_type(index).repr(), ", cannot be cast to ", fits.repr()));
        }
        fits = std::move(next);
    }
    own_body().types[index] = fits;
    renew_identity();
    return fits;
}

const std::vector<ColumnName>& Table::columns() const noexcept {
    static const std::vector<ColumnName> none;
    return body_ ? body_->columns : none;
}

std::size_t Table::nrows() const noexcept {
    return body_ ? body_->nrows : 0;
}

std::size_t Table::column_index(const ColumnName& column) const {
    const auto found = std::ranges::find(columns(), column);
    if (found == columns().end()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("no column ", quoted(column.text()), " in ", quoted_names(columns())));
    }
    return static_cast<std::size_t>(found - columns().begin());
}

const ColumnType& Table::column_type(std::size_t column) const {
    if (column >= ncols()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a column below ", ncols(), ", got ", column));
    }
    return body_->types[column];
}

Cell Table::cell(std::size_t row, std::size_t column) const {
    if (row >= nrows() || column >= ncols()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a cell of ", nrows(), " rows and ", ncols(),
                           " columns, got row ", row, ", column ", column));
    }
    return body_->restored(row, column);
}

Cell Table::cell(std::size_t row, const ColumnName& column) const {
    return cell(row, column_index(column));
}

std::vector<Cell> Table::column(const ColumnName& column) const {
    const std::size_t index = column_index(column);
    std::vector<Cell> cells;
    cells.reserve(nrows());
    for (std::size_t row = 0; row < nrows(); ++row) {
        cells.push_back(body_->restored(row, index));
    }
    return cells;
}

Table Table::slice(std::size_t first, std::size_t last) const {
    if (first > last || last > nrows()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected rows between 0 and ", nrows(), ", got ", first, " to ", last));
    }
    Table part(columns());
    for (std::size_t row = first; row < last; ++row) {
        part.add_data(this->row(row).cells());
    }
    return part;
}

bool Table::equals(const Value& other) const {
    const auto* table = dynamic_cast<const Table*>(&other);
    if (table == nullptr || columns() != table->columns() || nrows() != table->nrows()) {
        return false;
    }
    if (body_ == table->body_) {
        return true;
    }
    for (std::size_t i = 0; i < ncols(); ++i) {
        if (!(column_type(i) == table->column_type(i))) {
            return false;
        }
    }
    for (std::size_t row = 0; row < nrows(); ++row) {
        for (std::size_t i = 0; i < ncols(); ++i) {
            if (!(cell(row, i) == table->cell(row, i))) {
                return false;
            }
        }
    }
    return true;
}

// ---- Rows

std::size_t TableRow::size() const noexcept {
    return table_->ncols();
}

Cell TableRow::operator[](std::size_t column) const {
    return table_->cell(index_, column);
}

Cell TableRow::operator[](const ColumnName& column) const {
    return table_->cell(index_, column);
}

std::vector<Cell> TableRow::cells() const {
    std::vector<Cell> cells;
    cells.reserve(size());
    for (std::size_t i = 0; i < size(); ++i) {
        cells.push_back((*this)[i]);
    }
    return cells;
}

TableRows::TableRows(const Table& table) : table_(std::make_shared<const Table>(table)) {}

TableRows::Iterator TableRows::end() const {
    return {table_, table_->nrows()};
}

TableRow TableRows::Iterator::operator*() const {
    return {table_, index_};
}

TableRow Table::row(std::size_t row) const {
    if (row >= nrows()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a row below ", nrows(), ", got ", row));
    }
    return {std::make_shared<const Table>(*this), row};
}

TableRows Table::rows() const {
    return TableRows(*this);
}

} // namespace vitrine
