// SPDX-License-Identifier: MIT
// Reads tables from a stream, member by member and cell by cell.
#include <vitrine/core/error.hpp>
#include <vitrine/table/table.hpp>

#include "core/json_scanner.hpp"
#include "core/text.hpp"
#include "table/table_body.hpp"

#include <optional>
#include <sstream>
#include <utility>

namespace vitrine {

namespace {

[[noreturn]] void fail_format(std::string_view what) {
    throw Error(ErrorCode::InvalidFormat, std::string(what));
}

std::vector<ColumnName> columns_of(const Json& json) {
    if (!json.is_array()) {
        fail_format(concat("'columns': expected a list, got ", json.type_name()));
    }
    std::vector<ColumnName> columns;
    for (const Json& name : json) {
        try {
            columns.push_back(ColumnName::from_json(name));
        } catch (const Error& error) {
            fail_format(concat("'columns': ", error.what()));
        }
    }
    return columns;
}

} // namespace

/// Reads one table.
class TableReader {
public:
    TableReader(std::istream& text, std::shared_ptr<const ValueSource> source)
        : scanner_(text), body_(std::make_shared<TableBody>()) {
        body_->source = std::move(source);
    }

    Table read(const Json& notes) {
        scanner_.expect('{');
        for (bool more = !scanner_.take('}'); more; more = !scanner_.take('}')) {
            read_member(std::string(scanner_.read_key()));
            if (scanner_.peek() != '}') {
                scanner_.expect(',');
            }
        }
        scanner_.expect_end();
        if (const auto cells = notes.find("cells"); cells != notes.end()) {
            body_->notes = CellNotes::from_json(*cells);
        }
        finish();
        return Table(std::move(body_));
    }

private:
    void read_member(const std::string& name) {
        if (name == "data") {
            read_rows();
        } else if (name == "_type") {
            type_ = scanner_.read_value();
        } else if (name == "columns") {
            columns_ = scanner_.read_value();
        } else if (name == "column_types") {
            types_ = scanner_.read_value();
        } else if (name == "ncols") {
            ncols_ = scanner_.read_value();
        } else if (name == "nrows") {
            nrows_ = scanner_.read_value();
        } else {
            body_->extra[name] = scanner_.read_value();
        }
    }

    void read_rows() {
        scanner_.expect('[');
        body_->nrows = 0;
        body_->cells.shrink(0);
        if (scanner_.take(']')) {
            return;
        }
        for (;;) {
            read_row();
            ++body_->nrows;
            if (scanner_.take(']')) {
                return;
            }
            scanner_.expect(',');
        }
    }

    void read_row() {
        const std::size_t before = body_->cells.size();
        scanner_.expect('[');
        for (bool more = !scanner_.take(']'); more; more = !scanner_.take(']')) {
            read_cell();
            if (scanner_.peek() != ']') {
                scanner_.expect(',');
                if (scanner_.peek() == ']') {
                    scanner_.fail("expected a value");
                }
            }
        }
        const std::size_t cells = body_->cells.size() - before;
        if (width_.value_or(cells) != cells) {
            fail_format(
                concat("'/data/", body_->nrows, "': expected ", *width_, " cells, got ", cells));
        }
        width_ = cells;
    }

    void read_cell() {
        switch (scanner_.peek()) {
        case '"':
            body_->cells.add_text(RowStore::Kind::string, scanner_.read_string());
            return;
        case '[':
        case '{': {
            const std::string_view text = scanner_.skip_value();
            const bool may_be_value = text.find("\"_type\"") != std::string_view::npos;
            body_->cells.add_text(may_be_value ? RowStore::Kind::values : RowStore::Kind::json,
                                  text);
            return;
        }
        default:
            body_->cells.add(scanner_.read_value());
            return;
        }
    }

    /// Checks the members against each other.
    void finish() {
        if (type_ != Json(Table::artifact_type)) {
            fail_format(concat("'_type': expected 'table', got ",
                               type_.dump(-1, ' ', true, Json::error_handler_t::replace)));
        }
        body_->columns = columns_of(columns_);
        const std::size_t width = body_->columns.size();
        if (width_.value_or(width) != width) {
            fail_format(concat("'data': expected ", width, " cells in a row, got ", *width_));
        }
        check_count(ncols_, "ncols", width);
        check_count(nrows_, "nrows", body_->nrows);
        if (types_.is_null()) {
            resolve_types();
        } else {
            read_types();
        }
    }

    static void check_count(const Json& count, std::string_view name, std::size_t actual) {
        if (!count.is_null() && count != Json(actual)) {
            fail_format(concat("'", name, "': expected ", actual, ", got ",
                               count.dump(-1, ' ', true, Json::error_handler_t::replace)));
        }
    }

    void read_types() {
        const Json::json_pointer pointer("/params/type_map");
        if (!types_.is_object() || !types_.contains(pointer) || !types_.at(pointer).is_object()) {
            fail_format("'column_types': expected the type of a dictionary");
        }
        const Json& map = types_.at(pointer);
        for (const ColumnName& column : body_->columns) {
            const auto type = map.find(column.text());
            if (type == map.end()) {
                // W&B's SDK leaves out a column without a type; no cell fits it.
                body_->types.push_back(ColumnType::invalid());
                continue;
            }
            try {
                body_->types.push_back(ColumnType::from_json(*type, body_->source));
            } catch (Error& error) {
                error.add_context(concat("'column_types' of ", quoted(column.text())));
                throw;
            }
        }
    }

    /// Derives the types from the rows, since files of older SDKs have none.
    void resolve_types() {
        const std::size_t width = body_->columns.size();
        body_->types.assign(width, ColumnType::optional(ColumnType::unknown()));
        for (std::size_t row = 0; row < body_->nrows; ++row) {
            for (std::size_t i = 0; i < width; ++i) {
                ColumnType next = body_->types[i].assign(body_->restored(row, i));
                // That SDK accepted cells that do not fit, too.
                body_->types[i] =
                    next.is_invalid() ? ColumnType::optional(ColumnType::any()) : std::move(next);
            }
        }
    }

    JsonScanner scanner_;
    std::shared_ptr<TableBody> body_;
    std::optional<std::size_t> width_;
    Json type_;
    Json columns_;
    Json types_;
    Json ncols_;
    Json nrows_;
};

Table Table::read(std::istream& text, const Json& notes,
                  std::shared_ptr<const ValueSource> source) {
    return TableReader(text, std::move(source)).read(notes);
}

Table Table::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    Json plain = json;
    Json notes = Json::object();
    if (plain.is_object() && plain.contains("vitrine")) {
        notes = plain.at("vitrine");
        plain.erase("vitrine");
    }
    std::istringstream text(render_json(plain, kOrderedJson));
    return read(text, notes, std::move(source));
}

} // namespace vitrine
