// SPDX-License-Identifier: MIT
// What the project promises for every registered type: golden data and a description of its format.
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/media/image.hpp>

#include "core/file_system.hpp"
#include "support/memory_sink.hpp"
#include "support/paths.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

namespace {

/// Types of SDKs that are newer than the golden data.
struct OwnGolden {
    std::string_view type;
    std::string_view text;
};

std::span<const OwnGolden> own_goldens() {
    static constexpr OwnGolden kGoldens[] = {
        {"partitioned-table", R"({"_type": "partitioned-table", "parts_path": "parts"})"},
    };
    return kGoldens;
}

} // namespace

TEST_CASE("every registered type is in the SDK's data, or has a golden text of its own") {
    std::string names;
    std::string texts;
    for (const auto& item :
         std::filesystem::recursive_directory_iterator(test::test_data_dir() / "golden")) {
        if (item.path().extension() == ".json") {
            names += item.path().filename().string() + '\n';
            texts += read_file(item.path());
        }
    }
    for (const ValueType& type : builtin_types().type_mapping()) {
        CAPTURE(type.type);
        const bool in_names = !type.artifact_type.empty() &&
                              names.find('.' + type.artifact_type + ".json\n") != names.npos;
        const bool in_texts = texts.find("\"_type\": \"" + type.type + '"') != texts.npos;
        const bool has_own = std::ranges::any_of(
            own_goldens(), [&](const OwnGolden& own) { return own.type == type.type; });
        CHECK((in_names || in_texts || has_own));
    }
}

TEST_CASE("types without SDK data are written as their golden text") {
    for (const OwnGolden& own : own_goldens()) {
        CAPTURE(own.type);
        const std::string path = "x." + std::string(own.type) + ".json";
        const auto source = test::MemorySource::make({{path, {std::string(own.text), {}}}});
        test::MemoryArtifact artifact;
        artifact.add(*source->value(path), "x");
        CHECK(artifact.entries().at(path).bytes == own.text);
    }
}

TEST_CASE("every registered type is described in the FORMAT.md beside its code") {
    const char* root = std::getenv("VITRINE_SOURCE_ROOT");
    REQUIRE(root != nullptr);
    std::string formats;
    for (const char* layer : {"media", "table"}) {
        formats += read_file(std::filesystem::path(root) / "lib" / layer / "FORMAT.md");
    }
    for (const ValueType& type : builtin_types().type_mapping()) {
        CAPTURE(type.class_name);
        CHECK(formats.find(type.class_name) != formats.npos);
        // A list of boxes has no `_type`.
        CHECK((formats.find('"' + type.type + '"') != formats.npos ||
               formats.find('`' + type.type + '`') != formats.npos ||
               type.type == BoundingBoxes2D::artifact_type));
    }
}

TEST_CASE("a second, different class set gets a path of its own") {
    test::MemoryArtifact artifact;
    const Pixels pixels = test::sample_pixels(2, 2);
    const Json one = artifact.add(Image(pixels, {.classes = Classes({{1, "first"}})}), "one");
    const Json same = artifact.add(Image(pixels, {.classes = Classes({{1, "first"}})}), "same");
    const Json two = artifact.add(Image(pixels, {.classes = Classes({{1, "second"}})}), "two");
    CHECK(one["classes"]["path"] == "media/cls.classes.json");
    CHECK(same["classes"]["path"] == "media/cls.classes.json");
    const std::string path = two["classes"]["path"].get<std::string>();
    CHECK(path.starts_with("media/cls-"));
    CHECK(path.ends_with(".classes.json"));
    const auto got = artifact.source()->get("two");
    CHECK(dynamic_cast<const Image&>(*got).classes()->name_of(1) == "second");
}

} // namespace vitrine
