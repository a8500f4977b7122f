// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/table/joined_table.hpp>
#include <vitrine/table/partitioned_table.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

Table part(const std::vector<int>& numbers) {
    Table table({"n"});
    for (const int number : numbers) {
        table.add_data({number});
    }
    return table;
}

/// Parts of 2, 0, 1 and 2 rows, and files between them that are not parts.
test::MemoryArtifact artifact_of_parts() {
    test::MemoryArtifact artifact;
    artifact.add(part({1, 2}), "parts/a");
    artifact.add(part({}), "parts/b");
    artifact.add(part({3}), "parts/c/deep");
    artifact.add(part({4, 5}), "parts/d");
    artifact.add(Classes({{1, "x"}, {2, "y"}}), "parts/classes");
    artifact.add(part({99}), "parts-of-another/a");
    artifact.add(PartitionedTable("parts"), "all");
    return artifact;
}

PartitionedTable restored(const test::MemoryArtifact& artifact) {
    return dynamic_cast<const PartitionedTable&>(*artifact.source()->get("all"));
}

std::vector<std::int64_t> numbers_of(const PartitionedTable& table) {
    std::vector<std::int64_t> numbers;
    for (const TableRow& row : table.rows()) {
        numbers.push_back(row["n"].integer());
    }
    return numbers;
}

} // namespace

TEST_CASE("the tables below a folder are read as one, in the order of their paths") {
    const PartitionedTable table = restored(artifact_of_parts());
    CHECK(table.parts_path() == "parts");
    CHECK(table.parts() == std::vector<std::string>{"parts/a.table.json", "parts/b.table.json",
                                                    "parts/c/deep.table.json",
                                                    "parts/d.table.json"});
    CHECK(numbers_of(table) == std::vector<std::int64_t>{1, 2, 3, 4, 5});
    CHECK(table.columns() == std::vector<ColumnName>{"n"});
    CHECK(table.part(3) == part({4, 5}));
    test::check_throws([&] { table.part(4); }, ErrorCode::InvalidArgument,
                       "expected a part below 4, got 4");
}

TEST_CASE("rows of parts are read one part at a time") {
    const auto source = artifact_of_parts().source();
    const PartitionedTable table = dynamic_cast<const PartitionedTable&>(*source->get("all"));
    RowStream rows = table.rows();
    const int before = source->reads();
    REQUIRE(rows.next());
    REQUIRE(rows.next());
    CHECK(source->reads() <= before + 1);
    while (rows.next()) {
    }
    CHECK_FALSE(rows.next());
}

TEST_CASE("a table restored from an artifact finds its parts there") {
    const PartitionedTable fresh("parts/");
    CHECK(fresh.parts_path() == "parts");
    const std::string_view message = "restore the table from the artifact first";
    test::check_throws([&] { fresh.parts(); }, ErrorCode::InvalidArgument, message);
    test::check_throws([&] { fresh.rows(); }, ErrorCode::InvalidArgument, message);
    test::check_throws([&] { fresh.columns(); }, ErrorCode::InvalidArgument, message);
    test::MemoryRun run;
    test::check_throws([&] { fresh.to_json(run); }, ErrorCode::InvalidArgument,
                       "must be added to an artifact");
    const auto source = artifact_of_parts().source();
    CHECK(render_json(source->get("all")->to_json(run), kOrderedJson) ==
          R"({"_type": "partitioned-table", "artifact_path": "wandb-artifact://)" +
              render_hex("id of memory:v0") + R"(/all.partitioned-table.json"})");
}

TEST_CASE("a folder without tables is a table without rows") {
    test::MemoryArtifact artifact;
    artifact.add(PartitionedTable("none"), "all");
    CHECK(numbers_of(restored(artifact)).empty());
    CHECK(restored(artifact).columns().empty());
}

TEST_CASE("partitioned tables are equal if their rows are") {
    const test::MemoryArtifact first = artifact_of_parts();
    test::MemoryArtifact other_cuts;
    other_cuts.add(part({1, 2, 3}), "p/0");
    other_cuts.add(part({4, 5}), "p/1");
    other_cuts.add(PartitionedTable("p"), "all");
    test::MemoryArtifact other_rows;
    other_rows.add(part({1, 2, 3, 4}), "parts/0");
    other_rows.add(PartitionedTable("parts"), "all");
    CHECK(restored(first) == restored(first));
    CHECK(restored(first) == restored(other_cuts));
    CHECK_FALSE(restored(first) == restored(other_rows));
    CHECK_FALSE(restored(other_rows) == restored(first));
    CHECK(PartitionedTable("a") == PartitionedTable("a/"));
    CHECK_FALSE(PartitionedTable("a") == PartitionedTable("b"));
    CHECK(restored(first) == PartitionedTable("parts"));
    CHECK_FALSE(PartitionedTable("a") == part({}));
}

TEST_CASE("a partitioned table added to another artifact brings its parts") {
    const auto source = artifact_of_parts().source();
    test::MemoryArtifact copy;
    const Json json = copy.add(*source->get("all"), "all");
    CHECK(render_json(json, kOrderedJson) ==
          R"({"_type": "partitioned-table", "parts_path": "parts"})");
    CHECK(numbers_of(restored(copy)) == std::vector<std::int64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("a partitioned table is joined like any other") {
    const auto value = artifact_of_parts().source()->get("all");
    const Table names({"n", "name"}, {{2, "two"}, {4, "four"}});
    const JoinedTable left(value, names, "n");
    const JoinedTable right(names, value, "n");
    std::string text;
    for (const JoinedRow& pair : left.rows()) {
        text += pair.row2["name"].text() + " ";
    }
    for (const JoinedRow& pair : right.rows()) {
        text += pair.row1["name"].text() + " ";
    }
    CHECK(text == "two four two four ");
}

TEST_CASE("a part whose columns differ is refused when it is read") {
    test::MemoryArtifact artifact;
    artifact.add(part({1}), "parts/a");
    artifact.add(Table({"m"}), "parts/b");
    artifact.add(PartitionedTable("parts"), "all");
    const PartitionedTable table = restored(artifact);
    RowStream rows = table.rows();
    CHECK(rows.next());
    test::check_throws([&] { rows.next(); }, ErrorCode::InvalidFormat,
                       "different columns: expected 'n', got 'm' in 'parts/b.table.json'");
}

TEST_CASE("JSON that is not a partitioned table is refused, and the error names the wrong member") {
    struct Case {
        std::string_view json;
        std::string_view message;
    };
    const Case cases[] = {
        {"[]", "expected a JSON object"},
        {R"({"_type": "table"})", "partitioned-table"},
        {R"({"_type": "partitioned-table"})", "'parts_path'"},
        {R"({"_type": "partitioned-table", "parts_path": 5})", "'parts_path'"},
        {R"({"_type": "partitioned-table", "parts_path": ""})", "'parts_path'"},
        {R"({"_type": "partitioned-table", "parts_path": "../up"})", "'parts_path'"},
        {R"({"_type": "partitioned-table", "parts_path": "/abs"})", "'parts_path'"},
    };
    test::MemoryArtifact artifact;
    for (const Case& c : cases) {
        CAPTURE(c.json);
        test::check_throws(
            [&] { PartitionedTable::from_json(parse_json(c.json), artifact.source()); },
            ErrorCode::InvalidFormat, c.message);
    }
    test::check_throws([] { PartitionedTable("../up"); }, ErrorCode::InvalidArgument, "..");
}

} // namespace vitrine
