// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/value/opaque_value.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace vitrine {

namespace {

/// A type of a later SDK, with files at several depths.
constexpr std::string_view kJson =
    R"({"_type": "partition", "parts": [{"path": "media/a.bin"}, "media/b.bin"], "z": 1.5})";

std::shared_ptr<test::MemorySource> partition(std::string a = "A", std::string b = "B") {
    return test::MemorySource::make({
        {"p.json", {std::string(kJson), Json{{"labels", {{"1", "tree"}}}}}},
        {"media/a.bin", {std::move(a), {}}},
        {"media/b.bin", {std::move(b), {}}},
        {"other.bin", {"C", {}}},
    });
}

} // namespace

TEST_CASE("an opaque value gives the same JSON, files and notes again") {
    const auto source = partition();
    const Json json = with_annotations(parse_json(kJson), Json{{"labels", {{"1", "tree"}}}});
    const OpaqueValue value(json, source);
    CHECK(value.type() == "partition");
    CHECK(value.files() == std::vector<std::string>{"media/a.bin", "media/b.bin"});
    CHECK(render_json(value.json()) == kJson);

    test::MemoryArtifact artifact;
    CHECK(render_json(artifact.add(value, "p")) == kJson);
    REQUIRE(artifact.entries().size() == 3);
    CHECK(artifact.entries().at("media/a.bin").bytes == "A");
    CHECK(artifact.entries().at("media/b.bin").bytes == "B");
    CHECK(artifact.entries().at("p.partition.json").bytes == kJson);
    CHECK(render_json(artifact.entries().at("p.partition.json").notes) ==
          R"({"labels": {"1": "tree"}})");
}

TEST_CASE("opaque values are equal if their JSON and the bytes of their files are") {
    const Json json = parse_json(kJson);
    const OpaqueValue value(json, partition());
    CHECK(value == OpaqueValue(json, partition()));
    CHECK_FALSE(value == OpaqueValue(json, partition("A", "other")));
    Json changed = json;
    changed["z"] = 2.5;
    CHECK_FALSE(value == OpaqueValue(changed, partition()));
}

TEST_CASE("an opaque value is refused without a type, and by a run") {
    const auto source = partition();
    for (const std::string_view json : {"[]", "{}", "5", R"({"_type": 5})"}) {
        CAPTURE(json);
        test::check_throws([&] { OpaqueValue(parse_json(json), source); }, ErrorCode::InvalidFormat,
                           "_type");
    }
    test::MemoryRun run;
    test::check_throws([&] { OpaqueValue(parse_json(kJson), source).to_json(run); },
                       ErrorCode::InvalidArgument, "unknown type 'partition'");
}

TEST_CASE("strings that cannot be paths are not taken for files") {
    const OpaqueValue value(
        parse_json(R"({"_type": "t", "a": "", "b": "../media/a.bin", "c": "/x", "d": ["t"]})"),
        partition());
    CHECK(value.files().empty());
}

} // namespace vitrine
