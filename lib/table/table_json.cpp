// SPDX-License-Identifier: MIT
// Writes tables: to an artifact piece by piece, to a run as a file of the first rows.
#include <vitrine/core/error.hpp>
#include <vitrine/table/table.hpp>

#include "core/json_text.hpp"
#include "core/spill_buffer.hpp"
#include "core/text.hpp"
#include "table/cell_sink.hpp"
#include "table/table_body.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace vitrine {

namespace {

/// Text is passed on in pieces of about this size.
constexpr std::size_t kPiece = std::size_t{64} << 10;

/// Appends the JSON of cells in one style. Values are written to the sink; without a sink (in a
/// run's file, which holds plain data only) they are an error.
class CellWriter {
public:
    CellWriter(const TableBody& body, CellSink* sink, const JsonStyle& style)
        : body_(body), sink_(sink), style_(style) {}

    void append(std::string& out, std::size_t row, std::size_t column) {
        const RowStore& cells = body_.cells;
        const std::size_t cell = row * body_.columns.size() + column;
        switch (cells.kind(cell)) {
        case RowStore::Kind::none:
            out += "null";
            return;
        case RowStore::Kind::string:
            if (!append_json_string(out, cells.text(cell))) {
                throw Error(ErrorCode::InvalidArgument,
                            concat("cannot write cell '/data/", row, '/', column,
                                   "': its text is not UTF-8"));
            }
            return;
        case RowStore::Kind::big_integer:
            out += cells.text(cell);
            return;
        case RowStore::Kind::no:
        case RowStore::Kind::yes:
        case RowStore::Kind::integer:
        case RowStore::Kind::unsigned_integer:
        case RowStore::Kind::floating:
            append_json(out, cells.scalar(cell), style_);
            return;
        case RowStore::Kind::json:
            append_json(out, parse_json(cells.text(cell)), style_);
            return;
        case RowStore::Kind::values:
        case RowStore::Kind::rich_cell:
            append_json(out, json_of(body_.restored(row, column), row, std::to_string(column)),
                        style_);
            return;
        }
    }

private:
    Json json_of(const Cell& cell, std::size_t row, const std::string& cell_path) {
        switch (cell.kind()) {
        case Cell::Kind::list: {
            Json array = Json::array();
            for (const Cell& item : cell.items()) {
                array.push_back(
                    json_of(item, row, cell_path_below(cell_path, std::to_string(array.size()))));
            }
            return array;
        }
        case Cell::Kind::dictionary: {
            Json object = Json::object();
            for (const auto& [key, member] : cell.members()) {
                object[key] = json_of(member, row, cell_path_below(cell_path, key));
            }
            return object;
        }
        case Cell::Kind::value:
            if (sink_ != nullptr) {
                return sink_->write(*cell.value(), cell_path, row);
            }
            break;
        case Cell::Kind::none:
        case Cell::Kind::boolean:
        case Cell::Kind::integer:
        case Cell::Kind::floating:
        case Cell::Kind::string:
        case Cell::Kind::object:
            break;
        }
        return cell.json();
    }

    const TableBody& body_;
    CellSink* sink_;
    const JsonStyle& style_;
};

/// Passes the JSON text of the first `count` rows to `consume`, as a list of lists.
void write_rows(const TableBody& body, CellSink* sink, std::size_t count, const JsonStyle& style,
                const std::function<void(std::string_view)>& consume) {
    CellWriter cells(body, sink, style);
    std::string piece = "[";
    for (std::size_t row = 0; row < count; ++row) {
        piece += row == 0 ? "[" : ", [";
        for (std::size_t column = 0; column < body.columns.size(); ++column) {
            if (column > 0) {
                piece += ", ";
            }
            cells.append(piece, row, column);
        }
        piece += ']';
        if (piece.size() >= kPiece) {
            consume(piece);
            piece.clear();
        }
    }
    piece += ']';
    consume(piece);
}

Json columns_json(const std::vector<ColumnName>& columns) {
    Json list = Json::array();
    for (const ColumnName& column : columns) {
        list.push_back(column.json());
    }
    return list;
}

ArtifactSink& require_artifact(ValueSink& sink) {
    if (sink.artifact() == nullptr) {
        throw Error(ErrorCode::InvalidArgument,
                    "a table can only be written to a run, by bind_to_run, or to an artifact");
    }
    return *sink.artifact();
}

} // namespace

void Table::check_columns_for_artifact() const {
    for (const ColumnName& column : columns()) {
        if (column.text().find('.') != std::string::npos) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("invalid column name: ", quoted(column.text()),
                               " - tables added to artifacts must not contain periods"));
        }
        if (column.is_integer() != columns().front().is_integer()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("expected column names to be all text or all integers, got ",
                               quoted(columns().front().text()), " and ", quoted(column.text())));
        }
    }
}

/// Returns {column: type} in the order of the columns.
Json Table::type_map(ArtifactSink* sink) const {
    Json map = Json::object();
    for (std::size_t i = 0; i < ncols(); ++i) {
        if (!column_type(i).is_invalid()) { // absent in the file that was read: see TableReader
            map[columns()[i].text()] = column_type(i).to_json(sink);
        }
    }
    return map;
}

Json Table::column_types() const {
    return column_types(nullptr);
}

Json Table::column_types(ArtifactSink* sink) const {
    Json json = Json::object();
    json["wb_type"] = "dictionary";
    json["params"]["type_map"] = type_map(sink);
    return json;
}

namespace {

/// Passes the JSON text of all rows to `consume`, and adds the values in them to the artifact.
void write_rows_and_values(const TableBody& body, ArtifactSink& artifact, const JsonStyle& style,
                           const std::function<void(std::string_view)>& consume) {
    CellSink cells(artifact);
    write_rows(body, &cells, body.nrows, style, consume);
    cells.annotate_all();
}

/// The members of a table's JSON in W&B's order. The rows, which may be large, are left null.
Json json_without_rows(const TableBody& body, Json column_types) {
    Json json = Json::object();
    json["_type"] = Table::artifact_type;
    json["columns"] = columns_json(body.columns);
    json["data"] = nullptr;
    json["ncols"] = body.columns.size();
    json["nrows"] = body.nrows;
    json["column_types"] = std::move(column_types);
    for (const auto& [key, value] : body.extra.items()) {
        json[key] = value;
    }
    return json;
}

/// Writes Table::column_types with the columns in Python's order, which sorts their names before
/// they become text: integers by value.
void write_column_types(std::ostream& out, const std::vector<ColumnName>& columns,
                        const Json& column_types) {
    const Json& types = column_types.at("params").at("type_map");
    out << "{\"params\": {\"type_map\": {";
    const char* separator = "";
    for (const ColumnName& name : std::set<ColumnName>(columns.begin(), columns.end())) {
        if (const auto type = types.find(name.text()); type != types.end()) {
            out << std::exchange(separator, ", ") << render_json(name.text()) << ": "
                << render_json(*type);
        }
    }
    out << "}}, \"wb_type\": \"dictionary\"}";
}

} // namespace

// W&B adds the class sets that types refer to after the values of the rows, and the first of two
// class sets gets the usual path. So both functions below write the rows before the types.

Json Table::to_json(ValueSink& sink) const {
    if (RunSink* run = sink.run()) {
        Json json = run_json(*run, "table-file");
        json["ncols"] = ncols();
        json["nrows"] = nrows();
        return json;
    }
    ArtifactSink& artifact = require_artifact(sink);
    check_columns_for_artifact();
    std::string rows;
    write_rows_and_values(*body_, artifact, kOrderedJson,
                          [&](std::string_view piece) { rows += piece; });
    Json json = json_without_rows(*body_, column_types(&artifact));
    json["data"] = parse_json(rows);
    return json;
}

void Table::write_json(ValueSink& sink, std::ostream& out) const {
    if (sink.run() != nullptr) {
        Media::write_json(sink, out);
        return;
    }
    ArtifactSink& artifact = require_artifact(sink);
    check_columns_for_artifact();
    SpillBuffer rows;
    write_rows_and_values(*body_, artifact, kSortedJson, [&](std::string_view piece) {
        rows.sputn(piece.data(), static_cast<std::streamsize>(piece.size()));
    });
    const Json json = json_without_rows(*body_, column_types(&artifact));
    std::map<std::string_view, const Json*> sorted;
    for (const auto& [name, value] : json.get_ref<const Json::object_t&>()) {
        sorted.emplace(name, &value);
    }
    const char* separator = "{";
    for (const auto& [name, value] : sorted) {
        out << std::exchange(separator, ", ") << render_json(std::string(name)) << ": ";
        if (name == "data") {
            rows.write_to(out);
        } else if (name == "column_types") {
            write_column_types(out, columns(), *value);
        } else {
            out << render_json(*value);
        }
    }
    out << '}';
}

MediaFile Table::make_run_file(RunSink& run) const {
    if (nrows() > MAX_ROWS) {
        run.warn(
            concat("the table has ", nrows(), " rows: only the first ", MAX_ROWS, " are logged"));
    }
    std::string text = "{\"columns\": ";
    append_json(text, columns_json(columns()), kOrderedJson);
    text += ", \"data\": ";
    write_rows(*body_, nullptr, std::min(nrows(), MAX_ROWS), kOrderedJson,
               [&](std::string_view piece) { text += piece; });
    text += '}';
    return MediaFile::from_bytes(std::move(text), ".table.json");
}

} // namespace vitrine
