// SPDX-License-Identifier: MIT
// Tables, and the steps that only tables have.
#include <vitrine/table/table.hpp>

#include "golden/cells.hpp"
#include "golden/npy.hpp"
#include "golden/value_kinds.hpp"
#include "golden/world.hpp"

namespace vitrine::golden {

namespace {

std::vector<ColumnName> column_names(const Json& recorded) {
    if (!recorded.is_array()) {
        throw NotExpressible{"columns that are no list: C++ takes a typed list"};
    }
    std::vector<ColumnName> names;
    for (const auto& name : recorded) {
        if (!name.is_string() && !name.is_number_integer()) {
            throw NotExpressible{"a column name that is neither text nor an integer"};
        }
        names.push_back(ColumnName::from_json(name));
    }
    return names;
}

std::vector<std::vector<Cell>> rows_of(const World& world, const Json& recorded) {
    if (!recorded.is_array()) {
        throw NotExpressible{"rows that are no list: C++ takes a typed list"};
    }
    std::vector<std::vector<Cell>> rows;
    for (const auto& row : recorded) {
        const Json& cells = is_tag(row, "$tuple") ? row.at("$tuple") : row;
        if (!cells.is_array()) {
            throw NotExpressible{"a row that is no list"};
        }
        auto& added = rows.emplace_back();
        for (const auto& cell : cells) {
            added.push_back(cell_of(world, cell));
        }
    }
    return rows;
}

/// W&B takes one type for all columns, or a list with one for each.
TableOptions table_options(const World& world, const Json& kwargs, std::size_t columns) {
    TableOptions options;
    if (kwargs.contains("dtype")) {
        const Json& dtype = kwargs.at("dtype");
        if (dtype.is_array()) {
            if (dtype.size() == 1 && columns != 1) {
                throw NotExpressible{"a list of one type that is not that of all columns"};
            }
            for (const auto& type : dtype) {
                options.types.push_back(column_type_of(world, type));
            }
        } else {
            options.types.push_back(column_type_of(world, dtype));
        }
    }
    if (kwargs.contains("optional")) {
        const Json& optional = kwargs.at("optional");
        options.optional = optional.is_array() ? optional.get<std::vector<bool>>()
                                               : std::vector<bool>{optional.get<bool>()};
    }
    return options;
}

Table make_table(const World& world, const Json& step) {
    const Json kwargs = step.value("kwargs", Json::object());
    const Json& args = step.at("args");
    if (kwargs.contains("dataframe")) {
        throw NotExpressible{"a pandas DataFrame"};
    }
    const Json columns =
        args.size() > 0 ? args.at(0) : kwargs.value("columns", Json{"Input", "Output", "Expected"});
    const char* rows_key = kwargs.contains("rows") ? "rows" : "data";
    const Json rows = args.size() > 1 ? args.at(1) : kwargs.value(rows_key, Json::array());
    const TableOptions options = table_options(world, kwargs, columns.size());
    if (is_tag(rows, "$npy")) {
        const Array array(world.golden.input / rows.at("$npy").get<std::string>());
        return Table(column_names(columns), array.view(), options);
    }
    return Table(column_names(columns), rows_of(world, rows), options);
}

/// Compares types, ignoring the order of sets.
void check_type_json(World& world, const Json& actual, const Json& recorded) {
    const Json expected = plain(recorded);
    const auto no_file = [](const std::string&) { return std::optional<std::string>(); };
    world.substitutions.learn(expected, actual, no_file, no_file);
    check_same(actual, world.substitutions.apply(expected), "column types");
}

void check_types(World& world, const Table& table, const Json& recorded) {
    check_type_json(world, table.column_types(), recorded);
}

void check_made_table(World& world, const Json& step, const Value& value) {
    if (step.contains("column_types")) {
        check_types(world, dynamic_cast<const Table&>(value), step.at("column_types"));
    }
}

/// Compares a cell with its record in a step. The SDK's images have labels derived from their ids;
/// if the record says so, vitrine's have those of the image's classes instead (a deviation).
void check_cell(World& world, const Cell& cell, Json recorded, bool labels_of_classes) {
    if (!recorded.is_object() || !recorded.contains("$obj")) {
        check_same(cell.json(), plain(recorded), "cell");
        return;
    }
    REQUIRE(cell.kind() == Cell::Kind::value);
    if (labels_of_classes && recorded.value("boxes", Json()).is_object()) {
        for (auto& group : recorded.at("boxes")) {
            Json& labels = group.at("class_labels");
            labels = Json::object();
            for (const auto& known : recorded.at("classes")) {
                labels[known.at("id").dump()] = known.at("name");
            }
        }
    }
    check_value(world, *cell.value(), recorded);
}

void check_restored_table(World& world, const Json& recorded, const Value& value) {
    const auto& table = dynamic_cast<const Table&>(value);
    REQUIRE(table.nrows() == recorded.at("data").size());
    REQUIRE(table.columns() == column_names(recorded.at("columns")));
    // The SDK reads the types from a file with sorted keys; a dictionary is the same in any order.
    check_type_json(world, parse_json(render_json(table.column_types())),
                    parse_json(render_json(plain(recorded.at("column_types")))));
    for (std::size_t row = 0; row < table.nrows(); ++row) {
        for (std::size_t i = 0; i < table.ncols(); ++i) {
            CAPTURE(row);
            CAPTURE(i);
            check_cell(world, table.cell(row, i), recorded.at("data").at(row).at(i),
                       recorded.contains("labels_of_classes"));
        }
    }
}

constexpr ValueKind kTableKinds[] = {
    {"Table",
     [](World& world, const Json& step) -> ValuePointer {
         return std::make_shared<Table>(make_table(world, step));
     },
     check_made_table, check_restored_table},
};

void add_row(World& world, Table& table, const Json& args) {
    std::vector<Cell> cells;
    for (const auto& cell : args) {
        if (is_tag(cell, "$set") &&
            table.column_type(cells.size()).repr().find("const") != std::string::npos) {
            throw NotExpressible{"a set, which a list is not equal to"};
        }
        cells.push_back(cell_of(world, cell));
    }
    table.add_data(cells);
}

void cast_column(World& world, Table& table, const Json& step) {
    const Json& args = step.at("args");
    const bool optional = args.size() > 2
                              ? args.at(2).get<bool>()
                              : step.value("kwargs", Json::object()).value("optional", false);
    const ColumnType type = table.cast(column_names(Json::array({args.at(0)})).front(),
                                       column_type_of(world, args.at(1)), optional);
    if (step.contains("result")) {
        check_type_json(world, type.to_json(), step.at("result").at("$wbtype"));
    }
}

} // namespace

std::span<const ValueKind> table_kinds() {
    return kTableKinds;
}

void step_call(World& world, const Json& step) {
    const auto id = step.at("id").get<std::string>();
    Table table = world.value_as<Table>(step.at("id"));
    const auto method = step.at("method").get<std::string>();
    if (!succeeds(step, [&] {
            if (method == "cast") {
                cast_column(world, table, step);
            } else {
                REQUIRE((method == "add_data" || method == "add_row"));
                add_row(world, table, step.at("args"));
            }
        })) {
        return;
    }
    world.values[id] = std::make_shared<Table>(table);
    check_made_table(world, step, table);
}

void step_cell(World& world, const Json& step) {
    const Cell cell =
        world.value_as<Table>(step.at("table"))
            .cell(step.at("row").get<std::size_t>(), step.at("col").get<std::size_t>());
    const Json& recorded = step.at("result");
    check_cell(world, cell, recorded, recorded.contains("labels_of_classes"));
    world.values[step.at("id").get<std::string>()] = cell.value();
}

/// A new table of some rows of another, made as Python makes it: from its cells.
void step_table_slice(World& world, const Json& step) {
    const auto& source = world.value_as<Table>(step.at("source"));
    const Json& to = step.at("to");
    const Table slice = source.slice(step.at("from").get<std::size_t>(),
                                     to.is_null() ? source.nrows() : to.get<std::size_t>());
    world.values[step.at("id").get<std::string>()] = std::make_shared<Table>(slice);
    check_made_table(world, step, slice);
}

/// A new table of some columns of another.
void step_table_of_cells(World& world, const Json& step) {
    const auto& source = world.value_as<Table>("g");
    Table table(column_names(step.at("columns")));
    for (const TableRow& row : source.rows()) {
        std::vector<Cell> cells;
        for (const auto& column : step.at("from_columns")) {
            cells.push_back(row[column.get<std::size_t>()]);
        }
        table.add_data(cells);
    }
    world.values[step.at("id").get<std::string>()] = std::make_shared<Table>(table);
}

} // namespace vitrine::golden
