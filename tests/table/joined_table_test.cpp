// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/table/joined_table.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

Table labels() {
    return Table({"id", "label"}, {{1, "cat"}, {2, "dog"}, {3, "cow"}, {nullptr, "none"}});
}

Table scores() {
    return Table({"picture", "score"},
                 {{2.0, 0.5}, {3, 0.25}, {2, 0.75}, {9, 0.0}, {nullptr, 1.0}});
}

/// "label score" of each pair.
std::vector<std::string> pairs_of(const JoinedTable& joined) {
    std::vector<std::string> pairs;
    for (const JoinedRow& pair : joined.rows()) {
        pairs.push_back(pair.row1["label"].text() + " " +
                        python_float(pair.row2["score"].number()));
    }
    return pairs;
}

const std::vector<std::string> kPairs = {"dog 0.5", "dog 0.75", "cow 0.25"};

} // namespace

TEST_CASE("rows with equal keys are paired in the order of the first table, then of the second") {
    const JoinedTable joined(labels(), scores(), Json::array({"id", "picture"}));
    CHECK(pairs_of(joined) == kPairs);
    CHECK(joined.key1() == ColumnName("id"));
    CHECK(joined.key2() == ColumnName("picture"));
    // Each loop starts from the first row.
    CHECK(pairs_of(joined) == kPairs);
}

TEST_CASE("keys are equal as Python's are") {
    struct Case {
        Cell a;
        Cell b;
        bool equal;
    };
    const Case cases[] = {
        {1, 1.0, true},
        {1, true, true},
        {1, "1", false},
        {"a", "a", true},
        {nullptr, nullptr, false},
        {std::nan(""), std::nan(""), false},
        {big_integer("100000000000000000000"), 1e20, true},
        {Cell::List{1, 2}, Cell::List{1, 2.0}, true},
        {Cell::List{1, 2}, Cell::List{1, 3}, false},
        {Cell::List{}, "[]", false},
        {Cell::List{1, std::nan("")}, Cell::List{1, std::nan("")}, false},
        {Cell::Dictionary{{"x", 1}, {"y", Cell::List{nullptr}}},
         Cell::Dictionary{{"y", Cell::List{nullptr}}, {"x", true}}, true},
        {Cell::Dictionary{{"x", 1}, {"y", Cell::List{nullptr}}},
         Cell::Dictionary{{"y", Cell::List{nullptr}}, {"x", 1.0}}, true},
        {Cell::Dictionary{{"x", 1}}, Cell::Dictionary{{"y", 1}}, false},
        {Cell::object("int64", 5), 5, true},
    };
    for (const Case& c : cases) {
        CAPTURE(describe(c.a));
        CAPTURE(describe(c.b));
        const JoinedTable joined(Table({"k"}, {{c.a}}), Table({"k"}, {{c.b}}), "k");
        JoinedRows rows = joined.rows();
        CHECK(rows.next().has_value() == c.equal);
    }
}

TEST_CASE("tables given as objects are added beside the joined table, which finds them") {
    test::MemoryArtifact artifact;
    const JoinedTable joined(labels(), scores(), Json::array({"id", "picture"}));
    const Json json = artifact.add(joined, "joined");
    const std::string number = std::to_string(joined.identity());
    CHECK(render_json(json, kOrderedJson) == R"({"_type": "joined-table", "table1": "t1_)" +
                                                 number + R"(.table.json", "table2": "t2_)" +
                                                 number +
                                                 R"(.table.json", "join_key": ["id", "picture"]})");
    const auto restored = artifact.source()->get("joined");
    const auto* read = dynamic_cast<const JoinedTable*>(restored.get());
    REQUIRE(read != nullptr);
    CHECK(pairs_of(*read) == kPairs);
    CHECK(*read == joined);
    CHECK(read->join_key() == joined.join_key());
    CHECK_FALSE(*read == JoinedTable(labels(), scores(), "id"));
    CHECK_FALSE(*read == JoinedTable(labels(), labels(), joined.join_key()));
    CHECK_FALSE(*read == labels());
}

TEST_CASE("a table that the artifact already has is not added again") {
    test::MemoryArtifact artifact;
    const Table first = labels();
    artifact.add(first, "sub/labels");
    artifact.add(scores(), "scores");
    const Json json =
        artifact.add(JoinedTable(first, "scores.table.json", Json::array({"id", "picture"})), "j");
    CHECK(json.at("table1") == "sub/labels.table.json");
    CHECK(json.at("table2") == "scores.table.json");
    const auto read = artifact.source()->get("j");
    CHECK(pairs_of(dynamic_cast<const JoinedTable&>(*read)) == kPairs);
}

TEST_CASE("an entry of another artifact is named by its digest, a restored table as it was") {
    test::MemoryArtifact upstream;
    upstream.add(labels(), "a/labels");
    upstream.add(scores(), "scores");
    upstream.add(
        JoinedTable("a/labels.table.json", "scores.table.json", Json::array({"id", "picture"})),
        "j");
    const auto source = upstream.source();
    const auto table = source->get("scores");
    REQUIRE(table != nullptr);

    test::MemoryArtifact artifact;
    const JoinedTable joined(SourcePath{source, "a/labels.table.json"}, table,
                             Json::array({"id", "picture"}));
    CHECK(pairs_of(joined) == kPairs);
    const Json json = artifact.add(joined, "j");
    const std::string digest = source->file("a/labels.table.json").digest;
    CHECK(json.at("table1") == Md5::parse_base64(digest).hex().substr(0, 8) + ".table.json");
    CHECK(json.at("table2") == "scores.table.json");

    // A restored one keeps the paths of its tables.
    test::MemoryArtifact copy;
    const Json again = copy.add(*source->get("j"), "j");
    CHECK(again.at("table1") == "a/labels.table.json");
    CHECK(again.at("table2") == "scores.table.json");
    CHECK(pairs_of(dynamic_cast<const JoinedTable&>(*copy.source()->get("j"))) == kPairs);
}

TEST_CASE("tables that cannot be joined are refused") {
    test::MemoryArtifact artifact;
    const auto source = artifact.source();
    const std::shared_ptr<const Value> classes =
        std::make_shared<Classes>(Classes({{1, "a"}, {2, "b"}}));
    const auto check = [](const auto& action, std::string_view message) {
        test::check_throws(action, ErrorCode::InvalidArgument, message);
    };
    check([] { JoinedTable("x", "y.table.json", "id"); }, "that ends with '.table.json', got 'x'");
    check([] { JoinedTable(labels(), "y", "id"); }, "got 'y'");
    check([&] { JoinedTable(labels(), classes, "id"); }, "got a value of class Classes");
    check([] { JoinedTable(labels(), std::shared_ptr<const Value>(), "id"); }, "a null pointer");
    check(
        [] {
            JoinedTable(labels(), SourcePath{nullptr, "x.table.json"}, "id");
        },
        "expected an artifact for the entry");
    for (const Json& key :
         {Json(5), Json(), Json::object(), Json::array({"a"}), Json::array({"a", "b", "c"})}) {
        check([&] { JoinedTable(labels(), scores(), key); }, "expected a join key that is text");
    }
    CHECK_THROWS_AS(JoinedTable(labels(), scores(), Json::array({"a", 2.5})), Error);

    const JoinedTable by_path("x.table.json", "x.table.json", "id");
    CHECK(by_path == JoinedTable("x.table.json", "x.table.json", "id"));
    CHECK_FALSE(by_path == JoinedTable("y.table.json", "x.table.json", "id"));
    check([&] { artifact.add(by_path, "j"); }, "the artifact has no table 'x.table.json'");
    check([&] { by_path.rows(); }, "table1 is the path 'x.table.json' in an artifact");
    test::MemoryRun run;
    check([&] { JoinedTable(labels(), scores(), "id").to_json(run); },
          "must be added to an artifact and restored from it before it is logged to a run");
    const Table of_values({"id"}, {{classes}});
    check([&] { JoinedTable(of_values, of_values, "id").rows(); },
          "cannot join by column 'id': expected numbers, text or the like, got a value");
    check([&] { JoinedTable(labels(), scores(), "id").rows(); }, "'id'");
}

TEST_CASE("the JSON for a run names the entry of the joined table") {
    test::MemoryArtifact artifact;
    artifact.add(JoinedTable(labels(), scores(), "id"), "j");
    test::MemoryRun run;
    const auto restored = artifact.source()->get("j");
    CHECK(render_json(restored->to_json(run), kOrderedJson) ==
          R"({"_type": "joined-table", "artifact_path": "wandb-artifact://)" +
              render_hex("id of memory:v0") + R"(/j.joined-table.json"})");
}

TEST_CASE("JSON that is not a joined table is refused, and the error names the wrong member") {
    struct Case {
        std::string_view json;
        std::string_view message;
    };
    const Case cases[] = {
        {"[]", "expected a JSON object"},
        {R"({"_type": "table"})", "joined-table"},
        {R"({"_type": "joined-table"})", "'table1'"},
        {R"({"_type": "joined-table", "table1": 5})", "'table1'"},
        {R"({"_type": "joined-table", "table1": "x", "table2": "y.table.json", "join_key": "k"})",
         "'table1': expected a table"},
        {R"({"_type": "joined-table", "table1": "x.table.json", "join_key": "k"})", "'table2'"},
        {R"({"_type": "joined-table", "table1": "x.table.json", "table2": "y.table.json"})",
         "'join_key': expected a join key"},
        {R"({"_type": "joined-table", "table1": "x.table.json", "table2": "y.table.json",
             "join_key": [null, "a"]})",
         "'join_key'"},
    };
    test::MemoryArtifact artifact;
    artifact.add(Classes({{1, "a"}, {2, "b"}}), "x");
    const auto source = artifact.source();
    for (const Case& c : cases) {
        CAPTURE(c.json);
        test::check_throws([&] { JoinedTable::from_json(parse_json(c.json), source); },
                           ErrorCode::InvalidFormat, c.message);
    }
    const auto missing = JoinedTable::from_json(
        parse_json(R"({"_type": "joined-table", "table1": "x.table.json", "table2": "x.table.json",
                       "join_key": "k"})"),
        source);
    test::check_throws([&] { missing.rows(); }, ErrorCode::NotFound, "x.table.json");
}

} // namespace vitrine
