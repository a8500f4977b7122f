// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/table/table.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

using test::check_throws;
using test::MemoryArtifact;
using test::MemoryRun;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The text that is stored in an artifact. Checks that to_json makes the same.
std::string written(const Table& table, MemoryArtifact& artifact) {
    std::ostringstream out;
    table.write_json(artifact, out);
    return out.str();
}

Table read(const std::string& text) {
    std::istringstream in(text);
    return Table::read(in, Json::object(), test::MemorySource::make({}));
}

/// {"_type": "table", ...} around rows of one column "c".
std::string table_of(std::string_view rows) {
    return R"({"_type": "table", "columns": ["c"], "data": )" + std::string(rows) + "}";
}

Image picture(std::uint32_t width, const Json& caption = nullptr) {
    return Image(test::sample_pixels(width, 2), {.caption = caption});
}

} // namespace

TEST_CASE("a table returns the rows that were added, by number, by name and in a loop") {
    Table table({"id", "label", "score"});
    table.add_data({1, "cat", 0.5});
    table.add_data({2, nullptr, 2});
    CHECK(table.nrows() == 2);
    CHECK(table.ncols() == 3);
    CHECK(table.columns() == std::vector<ColumnName>{"id", "label", "score"});
    CHECK(table.cell(0, "label").text() == "cat");
    CHECK(table.cell(1, 1).is_none());
    CHECK(table.column("score") == std::vector<Cell>{0.5, 2});
    std::vector<std::int64_t> ids;
    for (const TableRow& row : table.rows()) {
        CHECK(row.size() == 3);
        ids.push_back(row["id"].integer());
        CHECK(row.cells().at(2) == row[2]);
    }
    CHECK(ids == std::vector<std::int64_t>{1, 2});
    CHECK(Table().columns() == std::vector<ColumnName>{"Input", "Output", "Expected"});
}

TEST_CASE("copies of a table share rows until one of them changes") {
    Table table({"c"}, {{1}});
    const Table copy = table;
    CHECK(copy.identity() == table.identity());
    const TableRow row = table.row(0);
    table.add_data({2});
    CHECK(copy.nrows() == 1);
    CHECK(table.nrows() == 2);
    CHECK(copy.identity() != table.identity());
    CHECK(row[0] == Cell(1));
    Table other = copy;
    other.add_data({std::numeric_limits<std::int64_t>::max()});
    table.add_data({3});
    CHECK(table.column("c") == std::vector<Cell>{1, 2, 3});
    CHECK(other.cell(1, 0) == Cell(std::numeric_limits<std::int64_t>::max()));
    Table texts({"c"}, {{"one"}});
    Table more = texts;
    texts.add_data({"two"});
    more.add_data({"three"});
    texts.add_data({"four"});
    CHECK(texts.column("c") == std::vector<Cell>{"one", "two", "four"});
    CHECK(more.column("c") == std::vector<Cell>{"one", "three"});
}

TEST_CASE("rows that do not fit a table are refused and leave it unchanged") {
    Table table({"a", "b"}, {{1, "x"}});
    struct Case {
        std::vector<Cell> row;
        std::string_view message;
    };
    const Case cases[] = {
        {{}, "this table expects 2 columns: ['a', 'b'], got 0 cells"},
        {{1}, "this table expects 2 columns"},
        {{1, "x", 3}, "got 3 cells"},
        {{"text", "x"}, "incompatible types: column 'a' expected <WBType:union"},
        {{1, 2}, "column 'b'"},
        {{1, Cell::List{1, "a"}}, "the elements of a list have different types"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        check_throws([&] { table.add_data(c.row); }, ErrorCode::InvalidArgument, c.message);
        CHECK(table.nrows() == 1);
    }
    check_throws(
        [] {
            Table({"a", "a"});
        },
        ErrorCode::InvalidArgument, "two columns are named 'a'");
    check_throws(
        [] {
            Table({"a"}, {}, {.types = {ColumnType::number(), ColumnType::string()}});
        },
        ErrorCode::InvalidArgument, "expected a type for each of 1 columns, got 2");
    check_throws([&] { table.cell(1, 0); }, ErrorCode::InvalidArgument, "got row 1, column 0");
    check_throws([&] { table.cell(0, "c"); }, ErrorCode::InvalidArgument,
                 "no column 'c' in ['a', 'b']");
    check_throws([&] { table.row(1); }, ErrorCode::InvalidArgument, "expected a row below 1");
    check_throws([&] { table.slice(1, 0); }, ErrorCode::InvalidArgument, "got 1 to 0");
    Table moved = std::move(table);
    check_throws([&] { table.add_data({1, "x"}); }, ErrorCode::InvalidArgument, "moved from");
}

TEST_CASE("columns accept types, and a cast checks all rows") {
    Table table({"n"}, {}, {.types = {ColumnType::number()}, .optional = {false}});
    check_throws([&] { table.add_data({nullptr}); }, ErrorCode::InvalidArgument, "column 'n'");
    table.add_data({1});
    CHECK(table.column_type(0) == ColumnType::number());
    check_throws([&] { table.cast("n", ColumnType::string()); }, ErrorCode::InvalidArgument,
                 "existing data 1, of type <WBType:number | {}>, cannot be cast to");
    CHECK(table.cast("n", ColumnType::class_ids(Classes({{1, "tree"}, {2, "car"}})), true).name() ==
          "union");
    table.add_data({2});
    table.add_data({nullptr});
    check_throws([&] { table.add_data({3}); }, ErrorCode::InvalidArgument, "Classes_id");
    check_throws([&] { table.cast("x", ColumnType::any()); }, ErrorCode::InvalidArgument,
                 "no column 'x'");
}

TEST_CASE("a table is written as W&B writes it") {
    Table table({"c"});
    table.add_data({1});
    MemoryArtifact artifact;
    CHECK(
        written(table, artifact) ==
        R"({"_type": "table", "column_types": {"params": {"type_map": {"c": {"params": )"
        R"({"allowed_types": [{"wb_type": "none"}, {"wb_type": "number"}]}, "wb_type": "union"}}}, )"
        R"("wb_type": "dictionary"}, "columns": ["c"], "data": [[1]], "ncols": 1, "nrows": 1})");
}

TEST_CASE("every kind of cell comes back from its text, byte for byte") {
    const std::vector<Cell> cells = {
        nullptr,
        true,
        false,
        0,
        -7,
        std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::uint64_t>::max(),
        Cell(parse_json("123456789012345678901234567890")),
        0.1,
        -0.0,
        1e16,
        1e-5,
        5e-324,
        kInfinity,
        -kInfinity,
        "",
        "ünï 😀 \" \\ \n \x7f",
        std::string(300000, 'x'),
        Cell::List{},
        Cell::List{1, 2.5, nullptr},
        Cell::Dictionary{{"b", 1}, {"a", Cell::List{"x"}}},
        Cell::List{Cell::Dictionary{{"_type", "no value of anybody"}}},
    };
    for (const Cell& cell : cells) {
        CAPTURE(describe(cell));
        Table table({"c"}, {{cell}, {cell}});
        MemoryArtifact artifact;
        const std::string text = written(table, artifact);
        CHECK(text == render_json(table.to_json(artifact)));
        const Table back = read(text);
        CHECK(back == table);
        CHECK(back.cell(1, 0) == cell);
        MemoryArtifact again;
        CHECK(written(back, again) == text);
    }
    Table table({"c"}, {{kNan}});
    MemoryArtifact artifact;
    const std::string text = written(table, artifact);
    CHECK(text.find("\"data\": [[NaN]]") != std::string::npos);
    CHECK(written(read(text), artifact) == text);
}

TEST_CASE("Python objects are written as their JSON and have the type of their class") {
    Table table({"t"}, {{Cell::object("datetime", "2021-02-03T04:05:06")}});
    MemoryArtifact artifact;
    const std::string text = written(table, artifact);
    CHECK(text.find(R"("class_name": "datetime")") != std::string::npos);
    CHECK(text.find(R"([["2021-02-03T04:05:06"]])") != std::string::npos);
    CHECK(written(read(text), artifact) == text);
    check_throws([&] { table.add_data({"2021"}); }, ErrorCode::InvalidArgument, "datetime");

    const float numbers[] = {0.5F, std::numeric_limits<float>::quiet_NaN()};
    Table array({"x"}, ArrayView(numbers, DType::float32, {2, 1}));
    CHECK(array.column_type(0) == ColumnType::optional(ColumnType::number()));
    CHECK(array.cell(0, 0) == 0.5);
    CHECK(std::isnan(array.cell(1, 0).number()));
    const std::uint8_t flags[] = {0, 1, 2, 3};
    const Table lists({"x", "y"}, ArrayView(flags, DType::uint8, {1, 2, 2}));
    CHECK(lists.cell(0, 1) == Cell::List{2, 3});
    const Table booleans({"x", "y"}, ArrayView(flags, DType::bool_, {2, 2}));
    CHECK(booleans.cell(0, 0) == Cell(false));
    CHECK(booleans.column_type(1) == ColumnType::optional(ColumnType::boolean()));
    check_throws([&] { Table({"x"}, ArrayView(numbers, DType::float32, {2})); },
                 ErrorCode::InvalidArgument,
                 "expected a table's rows as an array of 2 or more dimensions");
}

TEST_CASE("columns named by integers are sorted by value where W&B sorts") {
    Table table({10, 9}, {{"a", "b"}});
    MemoryArtifact artifact;
    const std::string text = written(table, artifact);
    CHECK(text.find("\"columns\": [10, 9]") != std::string::npos);
    CHECK(text.find("\"9\": ") < text.find("\"10\": "));
    const Table back = read(text);
    CHECK(back == table);
    CHECK(back.cell(0, ColumnName(9)).text() == "b");
}

TEST_CASE("column names that W&B refuses in artifacts are refused") {
    MemoryArtifact artifact;
    check_throws([&] { Table({"a.b"}).to_json(artifact); }, ErrorCode::InvalidArgument,
                 "invalid column name: 'a.b' - tables added to artifacts must not contain periods");
    check_throws(
        [&] {
            written(Table({"a", 1}), artifact);
        },
        ErrorCode::InvalidArgument, "expected column names to be all text or all integers");
}

TEST_CASE("values in cells, lists and dictionaries bring their files and come back") {
    const Image image = picture(3, "one");
    Table table({"image", "more"});
    table.add_data({image, Cell::List{image, picture(4)}});
    table.add_data({nullptr, Cell::List{}});
    MemoryArtifact artifact;
    artifact.add(table, "t");
    CHECK(artifact.entries().size() == 3); // the JSON and two pictures
    const auto source = artifact.source();
    const auto back = source->get("t");
    CHECK(*back == table);
    const auto& read_table = dynamic_cast<const Table&>(*back);
    const auto restored = read_table.cell(0, "image").as<Image>();
    REQUIRE(restored);
    CHECK(*restored == image);
    REQUIRE(restored->artifact_source());
    CHECK(restored->artifact_source()->artifact == source);
    CHECK(restored->artifact_source()->name.empty());
    CHECK(read_table.cell(0, "more").items().at(1).as<Image>()->width() == 4);
    MemoryArtifact again;
    again.add(read_table, "t");
    CHECK(again.entries().at("t.table.json").bytes == artifact.entries().at("t.table.json").bytes);
}

TEST_CASE("a table in a table is a value like another") {
    const Table inner({"x"}, {{1}, {2}});
    Table outer({"t"}, {{inner}});
    MemoryArtifact artifact;
    artifact.add(outer, "t");
    const auto back = artifact.source()->get("t");
    CHECK(*dynamic_cast<const Table&>(*back).cell(0, 0).as<Table>() == inner);
    CHECK(*back == outer);
}

TEST_CASE("labels of masks and boxes in cells are stored once for rows with equal labels") {
    const auto boxed = [](std::string_view label) {
        return Image(test::sample_pixels(3, 2),
                     {.classes = Classes({{1, "tree"}}),
                      .boxes = {{"b", BoundingBoxes2D(
                                          parse_json(R"({"box_data": [], "class_labels": {"1": ")" +
                                                     std::string(label) + "\"}}"))}}});
    };
    Table table({"n", "image", "list"});
    for (int i = 0; i < 5; ++i) {
        table.add_data({i, i == 2 ? Cell() : Cell(boxed("oak")), nullptr});
    }
    table.add_data({5, boxed("elm"), Cell::List{boxed("ash")}});
    MemoryArtifact artifact;
    artifact.add(table, "t");
    const Json notes = artifact.entries().at("t.table.json").notes;
    CHECK(render_json(notes) ==
          R"({"cells": {"1": [[0, 2, {"labels": {"boxes": {"b": {"1": "oak"}}}}], )"
          R"([3, 2, {"labels": {"boxes": {"b": {"1": "oak"}}}}], )"
          R"([5, 1, {"labels": {"boxes": {"b": {"1": "elm"}}}}]], )"
          R"("2/0": [[5, 1, {"labels": {"boxes": {"b": {"1": "ash"}}}}]]}})");
    const auto back = artifact.source()->get("t");
    const auto& read_table = dynamic_cast<const Table&>(*back);
    const auto label = [](const Cell& cell) {
        return cell.as<Image>()->boxes().at(0).second.class_labels().at("1").get<std::string>();
    };
    CHECK(label(read_table.cell(0, "image")) == "oak");
    CHECK(label(read_table.cell(4, "image")) == "oak");
    CHECK(label(read_table.cell(5, "image")) == "elm");
    CHECK(label(read_table.cell(5, "list").items().at(0)) == "ash");
    MemoryArtifact again;
    again.add(read_table, "t");
    CHECK(render_json(again.entries().at("t.table.json").notes) == render_json(notes));
}

TEST_CASE("an object of an unregistered type is a value only if it names files") {
    MemoryArtifact files;
    const auto source = test::MemorySource::make({{"media/new/a.bin", {"bytes"}}});
    std::istringstream in(table_of(
        R"([[{"_type": "newer", "path": "media/new/a.bin"}], [{"_type": "mine", "k": 1}]])"));
    const Table table = Table::read(in, Json::object(), source);
    CHECK(table.cell(0, 0).kind() == Cell::Kind::value);
    CHECK(table.cell(0, 0).value()->type() == "newer");
    CHECK(table.cell(1, 0).find("k")->integer() == 1);
    files.add(table, "t");
    CHECK(files.entries().at("media/new/a.bin").bytes == "bytes");
}

TEST_CASE("unknown members are written again") {
    const std::string text =
        R"({"_type": "table", "a_first": 1, "column_types": {"params": {"type_map": {"c": {"wb_type": "number"}}}, )"
        R"("wb_type": "dictionary"}, "columns": ["c"], "data": [], "log_mode": "MUTABLE", "ncols": 1, "nrows": 0})";
    MemoryArtifact artifact;
    CHECK(written(read(text), artifact) == text);
}

TEST_CASE("a slice is a new table whose types its own rows settle") {
    Table table({"c", "n"}, {{nullptr, 1}, {"x", 2}, {picture(3), 3}},
                {.types = {ColumnType::any(), ColumnType::number()}});
    const Table part = table.slice(1, 2);
    CHECK(part.nrows() == 1);
    CHECK(part.cell(0, "n") == Cell(2));
    CHECK(part.column_type(0) == ColumnType::optional(ColumnType::string()));
    CHECK(table.slice(3, 3).nrows() == 0);
    CHECK_FALSE(part.artifact_source().has_value());
}

TEST_CASE("a run stores the first rows of a table as a file") {
    Table table({"c"});
    for (std::size_t i = 0; i < Table::MAX_ROWS + 3; ++i) {
        table.add_data({i});
    }
    MemoryRun run;
    CHECK_FALSE(table.file_is_set());
    check_throws([&] { table.to_json(run); }, ErrorCode::InvalidArgument,
                 "value of type Table must be bound to a run");
    table.bind_to_run(run, "key", 0);
    CHECK(table.is_bound());
    const Json json = table.to_json(run);
    CHECK(json.at("_type") == "table-file");
    CHECK(json.at("nrows") == Table::MAX_ROWS + 3);
    const std::string& file = run.files.at(json.at("path").get<std::string>());
    CHECK(file.size() == json.at("size").get<std::size_t>());
    CHECK(parse_json(file).at("data").size() == Table::MAX_ROWS);
    REQUIRE(run.warnings.size() == 1);
    CHECK(run.warnings.front() == "the table has 10003 rows: only the first 10000 are logged");

    Table with_value({"c"}, {{picture(3)}});
    check_throws([&] { with_value.bind_to_run(run, "key", 0); }, ErrorCode::InvalidArgument,
                 "has no JSON without a sink");
    Table nested({"c"}, {{Cell::Dictionary{{"b", 1}, {"a", Cell::List{1, 2}}}}});
    nested.bind_to_run(run, "nested", 0);
    CHECK(run.files.at(nested.to_json(run).at("path").get<std::string>()) ==
          R"({"columns": ["c"], "data": [[{"b": 1, "a": [1, 2]}]]})");
}

TEST_CASE("files of older SDKs have no types: their rows settle them") {
    CHECK(read(table_of("[[1], [null], [2.5]]")).column_type(0) ==
          ColumnType::optional(ColumnType::number()));
    CHECK(read(table_of("[]")).column_type(0) == ColumnType::optional(ColumnType::unknown()));
    CHECK(read(table_of(R"([[1], ["x"]])")).column_type(0) ==
          ColumnType::optional(ColumnType::any()));
}

TEST_CASE("a column without a type in the text keeps no type, and accepts no cell") {
    const std::string text =
        R"({"_type": "table", "column_types": {"params": {"type_map": {"a": {"wb_type": "number"}}}, )"
        R"("wb_type": "dictionary"}, "columns": ["a", "b"], "data": [], "ncols": 2, "nrows": 0})";
    Table table = read(text);
    MemoryArtifact artifact;
    CHECK(written(table, artifact) == text);
    CHECK(render_json(table.to_json(artifact)) == text);
    check_throws([&] { table.add_data({1, 2}); }, ErrorCode::InvalidArgument, "column 'b'");
}

TEST_CASE("text that is not a table is refused, and the error names the position") {
    struct Case {
        std::string text;
        std::string_view message;
    };
    const std::string types =
        R"("column_types": {"wb_type": "dictionary", "params": {"type_map": )";
    const Case cases[] = {
        {"", "expected '{', got the end of the text"},
        {"[]", "expected '{', got '['"},
        {"{}", "'_type': expected 'table', got null"},
        {R"({"_type": "image-file", "columns": []})",
         "'_type': expected 'table', got \"image-file\""},
        {R"({"_type": "table"})", "'columns': expected a list, got null"},
        {R"({"_type": "table", "columns": {}})", "'columns': expected a list, got object"},
        {R"({"_type": "table", "columns": [1.5]})",
         "'columns': expected text or an integer as a column name"},
        {table_of("{}"), "expected '[', got '{'"},
        {table_of("[1]"), "expected '[', got '1'"},
        {table_of("[[1], [1, 2]]"), "'/data/1': expected 1 cells, got 2"},
        {table_of("[[1, 2]]"), "'data': expected 1 cells in a row, got 2"},
        {table_of("[[1], []]"), "'/data/1': expected 1 cells, got 0"},
        {table_of("[[1,]]"), "expected a value, got ']'"},
        {table_of("[[1] [2]]"), "expected ',', got '['"},
        {table_of("[[{\"a\": ]]"), "expected a value, got ']'"},
        {table_of("[[1]"), "expected ','"},
        {table_of("[[1]] x"), "expected ','"},
        {R"({"_type": "table", "columns": ["c"], "data": [], "nrows": 1})",
         "'nrows': expected 0, got 1"},
        {R"({"_type": "table", "columns": ["c"], "data": [], "ncols": "x"})",
         "'ncols': expected 1, got \"x\""},
        {R"({"_type": "table", "columns": ["c"], "data": [], "column_types": 1})",
         "'column_types': expected the type of a dictionary"},
        {R"({"_type": "table", "columns": ["c"], "data": [], )" + types + R"({"c": 7}}}})",
         "'column_types' of 'c'"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        check_throws([&] { read(c.text); }, ErrorCode::InvalidFormat, c.message);
    }
}

TEST_CASE("the error for a cell that is not a value names the cell") {
    const Table table = read(R"({"_type": "table", "columns": ["c"], "data": [[1],
        [{"_type": "image-file", "path": 5}]], "column_types": {"wb_type": "dictionary",
        "params": {"type_map": {"c": {"wb_type": "any"}}}}})");
    CHECK(table.cell(0, 0) == Cell(1));
    check_throws([&] { table.cell(1, 0); }, ErrorCode::InvalidFormat,
                 "cell '/data/1/0' of a table");
}

TEST_CASE("malformed notes of cells are refused") {
    struct Case {
        std::string_view notes;
        std::string_view message;
    };
    const Case cases[] = {
        {R"({"cells": []})", "notes of cells: expected an object"},
        {R"({"cells": {"0": 1}})", "notes of the cells '0': expected a list"},
        {R"({"cells": {"0": [[0, 1]]}})", "notes of the cells '0'"},
        {R"({"cells": {"0": [[0, 2, {}], [1, 1, {}]]}})", "in order"},
        {R"({"cells": {"0": [[-1, 1, {}]]}})", "expected a number of rows"},
        {R"({"cells": {"0": [[18446744073709551615, 2, {}]]}})", "in order"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.notes);
        std::istringstream in(table_of("[]"));
        check_throws([&] { Table::read(in, parse_json(c.notes), test::MemorySource::make({})); },
                     ErrorCode::InvalidFormat, c.message);
    }
}

} // namespace vitrine
