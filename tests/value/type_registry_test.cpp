// SPDX-License-Identifier: MIT
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/value/type_registry.hpp>

#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace vitrine {

namespace {

ValueType type_named(std::string name) {
    return {name, name, name, [](const Json&, std::shared_ptr<const ValueSource>) {
                return std::shared_ptr<Value>();
            }};
}

} // namespace

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
