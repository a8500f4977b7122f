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

TEST_CASE("an opaque value is written again with the same JSON, files and notes") {
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

TEST_CASE("an opaque value without a type is refused, and a run refuses every opaque value") {
    const auto source = partition();
    for (const std::string_view json : {"[]", "{}", "5", R"({"_type": 5})"}) {
        CAPTURE(json);
        test::check_throws([&] { OpaqueValue(parse_json(json), source); }, ErrorCode::InvalidFormat,
                           "_type");
    }
    test::MemoryRun run;
    test::check_throws([&] { OpaqueValue(parse_json(kJson), source).to_json(run); },
                       ErrorCode::InvalidArgument, "unregistered type 'partition'");
}

TEST_CASE(
    "a saved model keeps its JSON and its files, including those named only by their folder") {
    // As SDK 0.19 writes it: "type", a file or a folder, and a folder of further files.
    constexpr std::string_view kModel =
        R"({"dep_py_files_path": ".wb_data/extra_files/5eb63bbbe01eeed093cb", )"
        R"("path": ".wb_data/saved_models/1b2m2y8a.pt", "type": "pytorch-model-file"})";
    const auto source = test::MemorySource::make({
        {".wb_data/saved_models/1b2m2y8a.pt", {"weights", {}}},
        {".wb_data/extra_files/5eb63bbbe01eeed093cb/model.py", {"import torch", {}}},
        {".wb_data/extra_files/5eb63bbbe01eeed093cb/sub/util.py", {"x = 1", {}}},
        {".wb_data/extra_files/other/no.py", {"", {}}},
        {"pytorch-model-file/no.txt", {"", {}}},
    });
    const OpaqueValue value(parse_json(kModel), source);
    CHECK(value.type() == "pytorch-model-file");
    CHECK(value.files() ==
          std::vector<std::string>{".wb_data/extra_files/5eb63bbbe01eeed093cb/model.py",
                                   ".wb_data/extra_files/5eb63bbbe01eeed093cb/sub/util.py",
                                   ".wb_data/saved_models/1b2m2y8a.pt"});
    test::MemoryArtifact artifact;
    CHECK(render_json(artifact.add(value, "m")) == kModel);
    CHECK(artifact.entries().size() == 4);
    CHECK(artifact.entries().at("m.pytorch-model-file.json").bytes == kModel);
    CHECK(artifact.entries().at(".wb_data/extra_files/5eb63bbbe01eeed093cb/sub/util.py").bytes ==
          "x = 1");
    CHECK(value == OpaqueValue(parse_json(kModel), artifact.source()));
}

TEST_CASE("only a path member can name a folder") {
    const auto source = test::MemorySource::make({{"media/a/x", {"", {}}}, {"b/y", {"", {}}}});
    const OpaqueValue value(
        parse_json(R"({"_type": "t", "name": "media", "paths": "b", "path": ["media/a"]})"),
        source);
    CHECK(value.files() == std::vector<std::string>{"media/a/x"});
}

TEST_CASE("strings that cannot be paths are not taken for files") {
    const OpaqueValue value(
        parse_json(R"({"_type": "t", "a": "", "b": "../media/a.bin", "c": "/x", "d": ["t"]})"),
        partition());
    CHECK(value.files().empty());
}

} // namespace vitrine
