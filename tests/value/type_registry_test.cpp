// SPDX-License-Identifier: MIT
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/value/opaque_value.hpp>
#include <vitrine/value/type_registry.hpp>

#include "support/check_throws.hpp"
#include "value/file_members.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

ValueType type_named(std::string name) {
    return {name, name, name, [](const Json&, std::shared_ptr<const ValueSource>) {
                return std::shared_ptr<Value>();
            }};
}

// A class that does not say where files are named, one with files, one whose values have none.
struct Silent : OpaqueValue {
    using OpaqueValue::OpaqueValue;
    static constexpr std::string_view artifact_type = "silent";
    static Silent from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
        return {json, std::move(source)};
    }
};
struct WithFiles : OpaqueValue {
    using OpaqueValue::OpaqueValue;
    static constexpr std::string_view artifact_type = "with-files";
    static constexpr std::array<std::string_view, 2> file_members = {"left", "right"};
    static WithFiles from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
        return {json, std::move(source)};
    }
};
struct WithoutFiles : OpaqueValue {
    using OpaqueValue::OpaqueValue;
    static constexpr std::string_view artifact_type = "without-files";
    static constexpr std::array<std::string_view, 0> file_members = {};
    static WithoutFiles from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
        return {json, std::move(source)};
    }
};

} // namespace

TEST_CASE("a class says in which members its JSON names files, or it does not") {
    using Members = std::vector<std::string>;
    TypeRegistry types;
    types.add<Silent>("Silent");
    types.add<WithFiles>("WithFiles");
    types.add<WithoutFiles>("WithoutFiles");
    CHECK(types.find("silent")->file_members == std::nullopt);
    CHECK(types.find("with-files")->file_members == Members{"left", "right"});
    CHECK(types.find("without-files")->file_members == Members{});

    const FileMembers files = file_members_of(types);
    CHECK(files.types == std::set<std::string, std::less<>>{"with-files", "without-files"});
    CHECK(files.members == std::set<std::string, std::less<>>{"left", "right"});
    CHECK(file_members_of(TypeRegistry()).types.empty());
}

TEST_CASE("a registry finds types by name and keeps their order") {
    TypeRegistry types;
    types.add(type_named("b"));
    types.add(type_named("a"));
    REQUIRE(types.find("a") != nullptr);
    CHECK(types.find("a")->type == "a");
    CHECK(types.find("c") == nullptr);
    CHECK(types.type_mapping()[0].type == "b");
    CHECK(types.type_mapping()[1].type == "a");
}

TEST_CASE("a registry refuses a second type with the same name and a type without a name") {
    TypeRegistry types;
    types.add(type_named("a"));
    test::check_throws([&] { types.add(type_named("a")); }, ErrorCode::AlreadyExists,
                       "type 'a' is already registered");
    test::check_throws([&] { types.add(type_named("")); }, ErrorCode::InvalidArgument, "empty");
    test::check_throws(
        [&] {
            types.add(ValueType{"x", "x", "X", nullptr});
        },
        ErrorCode::InvalidArgument, "from_json");
    CHECK(types.type_mapping().size() == 1);
}

TEST_CASE("the built-in types are in the order in which the SDK tries them") {
    std::vector<std::string> names;
    for (const ValueType& type : builtin_types().type_mapping()) {
        names.push_back(type.type + " " + type.class_name);
        if (type.type != type.artifact_type) {
            CHECK(type.artifact_type.empty());
            names.back() += " (.json)";
        }
    }
    CHECK(names ==
          std::vector<std::string>{"bokeh-file Bokeh", "mask ImageMask",
                                   "bounding-boxes BoundingBoxes2D", "joined-table JoinedTable",
                                   "classes Classes", "partitioned-table PartitionedTable",
                                   "table Table", "image-file Image", "video-file Video",
                                   "html-file Html", "object3D-file Object3D", "audio-file Audio",
                                   "histogram Histogram (.json)", "molecule-file Molecule (.json)",
                                   "plotly-file Plotly (.json)", "graph-file Graph (.json)"});
}

} // namespace vitrine
