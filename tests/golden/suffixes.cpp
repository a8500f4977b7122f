// SPDX-License-Identifier: MIT
// The case `with_suffix`: names of values' files, of all classes.
#include "golden/suffixes.hpp"

#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/media/bounding_boxes.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/value/value.hpp>

#include <doctest/doctest.h>

#include <map>

namespace vitrine::golden {

namespace {

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
            if (artifact_type == Image::artifact_type) {
                CHECK(Image::with_suffix(name, filetype) == made);
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
        if (const ValueType* known = types.find(type)) {
            CHECK(known->class_name == item.at("class").get<std::string>());
            CHECK(known->artifact_type == type);
            expected.push_back(type);
            ++report.steps;
        } else {
            report.other_types.push_back({"with_suffix, type_mapping", item.at("class")});
        }
    }
    std::vector<std::string> ordered;
    for (const auto& type : types.type_mapping()) {
        ordered.push_back(type.type);
    }
    CHECK(ordered == expected);
}

void check_folders(const Json& folders, Report& report) {
    const std::map<std::string, std::string_view> ours = {
        {"Image", Image::get_media_subdir()},
        {"ImageMask", ImageMask::get_media_subdir()},
        {"BoundingBoxes2D", BoundingBoxes2D::get_media_subdir()}};
    std::size_t checked = 0;
    for (const auto& [name, folder] : folders.items()) {
        if (const auto found = ours.find(name); found != ours.end()) {
            CHECK(std::string(found->second) == folder.get<std::string>());
            ++report.steps;
            ++checked;
        } else {
            report.other_types.push_back({"with_suffix, media_subdir", name});
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
