// SPDX-License-Identifier: MIT
// The case `with_suffix`: the names of values' files for all classes.
#include "golden/suffixes.hpp"

#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/media/audio.hpp>
#include <vitrine/media/bokeh.hpp>
#include <vitrine/media/bounding_boxes.hpp>
#include <vitrine/media/graph.hpp>
#include <vitrine/media/html.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/molecule.hpp>
#include <vitrine/media/object3d.hpp>
#include <vitrine/media/plotly.hpp>
#include <vitrine/media/video.hpp>
#include <vitrine/table/table.hpp>
#include <vitrine/value/value.hpp>

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace vitrine::golden {

namespace {

/// The member functions of the classes that have one.
const std::map<std::string_view, std::string (*)(std::string_view, std::string_view)> kOwn = {
    {Bokeh::artifact_type, Bokeh::with_suffix},
    {Html::artifact_type, Html::with_suffix},
    {Image::artifact_type, Image::with_suffix},
    {Object3D::artifact_type, Object3D::with_suffix},
};

void check_names(const Json& cases, const std::string& artifact_type, Report& report) {
    for (const auto& [filetype, names] : cases.items()) {
        if (filetype == "artifact_type") {
            continue;
        }
        for (const auto& item : names.items()) {
            const std::string& name = item.key();
            CAPTURE(name);
            const auto made = with_suffix(name, artifact_type, filetype);
            CHECK(made == item.value().get<std::string>());
            CHECK(with_suffix(made, artifact_type, filetype) == made);
            if (const auto own = kOwn.find(artifact_type); own != kOwn.end()) {
                CHECK(own->second(name, filetype) == made);
            }
            ++report.steps;
        }
    }
}

void check_mapping(const Json& mapping, Report& report) {
    const TypeRegistry types = builtin_types();
    std::vector<std::string> expected;
    for (const auto& item : mapping) {
        const auto type = item.at("type").get<std::string>();
        const ValueType* known = types.find(type);
        REQUIRE_MESSAGE(known != nullptr, type, " is not registered");
        CHECK(known->class_name == item.at("class").get<std::string>());
        CHECK(known->artifact_type == type);
        expected.push_back(type);
        ++report.steps;
    }
    // Classes of newer SDKs.
    const std::set<std::string> newer = {"partitioned-table"};
    std::vector<std::string> ordered;
    for (const auto& type : types.type_mapping()) {
        // The SDK cannot get values of types that have no suffix.
        if (!type.artifact_type.empty() && !newer.contains(type.type)) {
            ordered.push_back(type.type);
        }
    }
    CHECK(ordered == expected);
}

void check_folders(const Json& folders, Report& report) {
    const std::map<std::string, std::string_view> ours = {
        {"Bokeh", Bokeh::get_media_subdir()},
        {"BoundingBoxes2D", BoundingBoxes2D::get_media_subdir()},
        {"Graph", Graph::get_media_subdir()},
        {"Html", Html::get_media_subdir()},
        {"Image", Image::get_media_subdir()},
        {"ImageMask", ImageMask::get_media_subdir()},
        {"Audio", Audio::get_media_subdir()},
        {"Video", Video::get_media_subdir()},
        {"Molecule", Molecule::get_media_subdir()},
        {"Object3D", Object3D::get_media_subdir()},
        {"Plotly", Plotly::get_media_subdir()},
        {"Table", Table::get_media_subdir()}};
    std::size_t checked = 0;
    for (const auto& [name, folder] : folders.items()) {
        if (const auto found = ours.find(name); found != ours.end()) {
            CHECK(std::string(found->second) == folder.get<std::string>());
            ++report.steps;
            ++checked;
        } else if (name == "JSONMetadata") {
            report.not_expressible.push_back(
                {"with_suffix, media_subdir", "JSONMetadata, a base class inside the SDK"});
        } else {
            FAIL_CHECK("no folder is known for ", name);
        }
    }
    CHECK(checked == ours.size());
}

} // namespace

void check_suffixes(const Json& json, Report& report) {
    for (const auto& item : json.at("with_suffix").items()) {
        const std::string& name = item.key();
        const Json& cases = item.value();
        INFO("the class ", name);
        const Json& type = cases.at("artifact_type");
        check_names(cases, type.is_null() ? std::string() : type.get<std::string>(), report);
    }
    check_mapping(json.at("type_mapping"), report);
    check_folders(json.at("media_subdir"), report);
}

} // namespace vitrine::golden
