// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/value/value.hpp>

#include "support/check_throws.hpp"
#include "support/memory_source.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

namespace vitrine {

TEST_CASE("with_suffix appends the suffix unless the name ends with it") {
    struct Case {
        std::string_view name;
        std::string_view artifact_type;
        std::string_view filetype;
        std::string_view expected;
    };
    const Case cases[] = {
        {"cat", "image-file", "json", "cat.image-file.json"},
        {"cat.image-file.json", "image-file", "json", "cat.image-file.json"},
        {"", "image-file", "json", ".image-file.json"},
        {"x.json", "image-file", "json", "x.json.image-file.json"},
        {"ximage-file.json", "image-file", "json", "ximage-file.json"},
        {"x.IMAGE-FILE.JSON", "image-file", "json", "x.IMAGE-FILE.JSON.image-file.json"},
        {"x.", "table", "json", "x..table.json"},
        {"dir/x", "table", "json", "dir/x.table.json"},
        {"x.table.json", "image-file", "json", "x.table.json.image-file.json"},
        {"myjson", "", "json", "myjson"},
        {"x", "", "json", "x.json"},
        {"x", "", "png", "x.png"},
        {"x.png", "image-file", "png", "x.png.image-file.png"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const std::string once = with_suffix(c.name, c.artifact_type, c.filetype);
        CHECK(once == c.expected);
        CHECK(with_suffix(once, c.artifact_type, c.filetype) == once);
    }
}

TEST_CASE("copies of a handle have the same identity, and a new value has a new one") {
    const Classes first({{1, "tree"}});
    const Classes copy = first;
    const Classes again({{1, "tree"}});
    CHECK(copy.identity() == first.identity());
    CHECK(again.identity() != first.identity());
    CHECK(again == first);
}

TEST_CASE("the identities of 100,000 images made and dropped are unique") {
    const std::array<std::uint8_t, 1> pixel{7};
    const Image prototype(ArrayView(pixel.data(), DType::uint8, {1, 1}));
    constexpr std::size_t kThreads = 2;
    constexpr std::size_t kEach = 50000;
    std::array<std::vector<std::uint64_t>, kThreads> seen;
    {
        std::vector<std::jthread> threads;
        for (auto& identities : seen) {
            threads.emplace_back([&identities, &prototype] {
                for (std::size_t i = 0; i < kEach; ++i) {
                    identities.push_back(Image(prototype, {.grouping = i}).identity());
                }
            });
        }
    }
    std::unordered_set<std::uint64_t> all{prototype.identity()};
    for (const auto& identities : seen) {
        all.insert(identities.begin(), identities.end());
    }
    CHECK(all.size() == kThreads * kEach + 1);
}

TEST_CASE("a restored value knows where it came from") {
    auto source = test::MemorySource::make(
        {{"c.classes.json", {R"({"_type": "classes", "class_set": []})", {}}}});
    const std::shared_ptr<const Value> got = source->get("c");
    REQUIRE(got);
    REQUIRE(got->artifact_source());
    CHECK(got->artifact_source()->name == "c");
    CHECK(got->artifact_source()->artifact == source);

    const Json json = parse_json(R"({"_type": "classes", "class_set": []})");
    const std::weak_ptr<const ValueSource> watch = source;
    std::shared_ptr<const Value> restored = Value::init_from_json(json, source);
    REQUIRE(restored->artifact_source());
    CHECK(restored->artifact_source()->name.empty());
    CHECK_FALSE(Classes({{1, "x"}}).artifact_source());
}

TEST_CASE("a restored value keeps its source alive") {
    const Json json = parse_json(R"({"_type": "classes", "class_set": []})");
    auto source = test::MemorySource::make({});
    const std::weak_ptr<const ValueSource> watch = source;
    std::shared_ptr<const Value> value = Value::init_from_json(json, std::move(source));
    CHECK_FALSE(watch.expired());
    value.reset();
    CHECK(watch.expired());
}

TEST_CASE("JSON that is not a value is refused, and an unregistered type is restored as null") {
    struct Case {
        std::string_view json;
        std::string_view message;
    };
    const Case cases[] = {
        {"[]", "expected a JSON object for a value, got array"},
        {"null", "expected a JSON object for a value, got null"},
        {"5", "got number"},
        {"{}", "'_type' is missing"},
        {R"({"type": "classes"})", "'_type' is missing"},
        {R"({"_type": 5})", "'_type': expected a string, got number"},
        {R"({"_type": null})", "'_type': expected a string, got null"},
        {R"({"_type": ["classes"]})", "'_type': expected a string, got array"},
    };
    const auto source = test::MemorySource::make({});
    for (const Case& c : cases) {
        CAPTURE(c.json);
        test::check_throws([&] { Value::init_from_json(parse_json(c.json), source); },
                           ErrorCode::InvalidFormat, c.message);
    }
    CHECK(Value::init_from_json(parse_json(R"({"_type": "no-such"})"), source) == nullptr);
    CHECK(Value::init_from_json(parse_json(R"({"_type": ""})"), source) == nullptr);
    test::check_throws([] { Value::init_from_json(Json::object(), nullptr); },
                       ErrorCode::InvalidArgument, "without its source");
}

TEST_CASE("an error while restoring names the type") {
    const auto source = test::MemorySource::make({});
    test::check_throws(
        [&] { Value::init_from_json(parse_json(R"({"_type": "classes"})"), source); },
        ErrorCode::InvalidFormat, "restoring a value of type 'classes': 'class_set' is missing");
}

TEST_CASE("annotations become a member, or wrap JSON that is not an object") {
    const Json notes = {{"labels", 1}};
    CHECK(render_json(with_annotations({{"a", 1}}, notes)) ==
          R"({"a": 1, "vitrine": {"labels": 1}})");
    CHECK(render_json(with_annotations(Json::array({1}), notes)) ==
          R"({"value": [1], "vitrine": {"labels": 1}})");
    CHECK(render_json(with_annotations(Json::array({1}), Json::object())) == "[1]");
    CHECK(render_json(with_annotations(Json::array({1}), nullptr)) == "[1]");
}

} // namespace vitrine
