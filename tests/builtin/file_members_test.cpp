// SPDX-License-Identifier: MIT
// The members that the built-in types declare, against all data at hand: a member that is missing
// would lose files.
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "artifact/content/artifact_content.hpp"
#include "builtin/round_trips.hpp"
#include "core/file_system.hpp"
#include "support/memory_sink.hpp"
#include "support/paths.hpp"
#include "value/file_members.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

/// Calls `use` for each string that is a value, with its JSON pointer.
void for_each_string(const Json& json, const std::string& pointer,
                     const std::function<void(const std::string&, const std::string&)>& use) {
    if (json.is_string()) {
        use(pointer, json.get_ref<const std::string&>());
    } else if (json.is_structured()) {
        for (const auto& item : json.items()) {
            for_each_string(item.value(), pointer + '/' + item.key(), use);
        }
    }
}

/// The paths of the entries of an artifact.
using Entries = std::set<std::string, std::less<>>;

bool is_file_or_folder(const Entries& entries, std::string text) {
    if (entries.contains(text)) {
        return true;
    }
    while (text.ends_with('/')) {
        text.pop_back();
    }
    const std::string folder = text + '/';
    const auto below = entries.lower_bound(folder);
    return !text.empty() &&
           (entries.contains(text) || (below != entries.end() && below->starts_with(folder)));
}

/// The pointers of the strings in a value's JSON that equal the path of an entry or a folder, but
/// that are in no member that names files.
Strings left_out(const std::string& text, std::string_view type, const Entries& entries) {
    static const FileMembers files = file_members_of(builtin_types());
    std::set<std::string> names;
    for_each_file_name(
        files, type, [&] { return std::make_unique<std::istringstream>(text); },
        [&](std::string_view name) { names.emplace(name); });
    Strings pointers;
    for_each_string(parse_json(text), "", [&](const std::string& pointer, const std::string& path) {
        if (is_file_or_folder(entries, path) && !names.contains(path)) {
            pointers.push_back(pointer);
        }
    });
    return pointers;
}

/// The type of the value whose JSON this is; "" if it is a file like any other.
std::string type_of(const std::string& text, const std::string& path) {
    const TypeRegistry types = builtin_types();
    Json json;
    try {
        json = parse_json(text);
    } catch (const Error& error) {
        REQUIRE(error.code() == ErrorCode::InvalidFormat);
        return "";
    }
    if (json.is_object()) {
        const Json type = json.value("_type", Json());
        return type.is_string() && types.find(type.get<std::string>()) != nullptr
                   ? type.get<std::string>()
                   : "";
    }
    return value_type_by_name(path, types).value_or("");
}

/// Checks all values of an artifact in a folder. Returns their number.
std::size_t check_values(const fs::path& manifest) {
    const Json json = parse_json(read_file(manifest));
    if (!json.contains("contents")) {
        return 0;
    }
    Entries entries;
    for (const auto& item : json.at("contents").items()) {
        entries.insert(item.key());
    }
    const fs::path below = manifest.parent_path() / "artifact";
    const fs::path folder = fs::is_directory(below) ? below : manifest.parent_path();
    std::size_t count = 0;
    for (const std::string& path : entries) {
        if (!path.ends_with(".json") || !fs::is_regular_file(folder / path)) {
            continue;
        }
        const std::string text = read_file(folder / path);
        const std::string type = type_of(text, path);
        if (!type.empty()) {
            ++count;
            CAPTURE(folder.string());
            CAPTURE(path);
            CHECK(left_out(text, type, entries) == Strings{});
        }
    }
    return count;
}

} // namespace

TEST_CASE("every file that a value of the SDK names is in a member that its type declares") {
    const auto golden = test::golden_dir();
    REQUIRE(golden);
    std::vector<fs::path> roots = {*golden};
    if (const auto shared = test::shared_dir()) {
        roots.push_back(*shared / "cases" / "interop");
    }
    std::size_t values = 0;
    for (const fs::path& root : roots) {
        if (!fs::is_directory(root)) {
            continue;
        }
        for (const auto& item : fs::recursive_directory_iterator(root)) {
            if (item.path().filename() == "wandb_manifest.json") {
                values += check_values(item.path());
            }
        }
    }
    CHECK(values > 350);
}

TEST_CASE("every file that a built-in value names is in a member that its type declares") {
    for (const test::RoundTrip& c : test::round_trips()) {
        CAPTURE(c.type);
        CAPTURE(c.what);
        test::MemoryArtifact artifact;
        artifact.add(*c.make(), "x");
        Entries entries;
        for (const auto& item : artifact.entries()) {
            entries.insert(item.first);
        }
        std::size_t values = 0;
        for (const auto& item : artifact.entries()) {
            const std::string& path = item.first;
            const std::string& bytes = item.second.bytes;
            const std::string type = path.ends_with(".json") ? type_of(bytes, path) : "";
            if (!type.empty()) {
                ++values;
                CAPTURE(path);
                CHECK(left_out(bytes, type, entries) == Strings{});
            }
        }
        CHECK(values > 0);
    }
}

TEST_CASE("every built-in type declares the members that name its files") {
    for (const ValueType& type : builtin_types().type_mapping()) {
        CAPTURE(type.type);
        CHECK(type.file_members.has_value());
    }
}

TEST_CASE("files that newer SDKs name are in the declared members, captions and cells are not") {
    const Entries entries = {"a.npz", "b.table.json", "c.classes.json", "p.png",
                             "parts/0.table.json"};
    struct Case {
        std::string_view type;
        std::string text;
        Strings left_out;
    };
    const Case cases[] = {
        {"table",
         R"({"_type": "table", "columns": ["a", "b", "c"], "data": [], "column_types": {
             "wb_type": "typedDict", "params": {"type_map": {
             "a": {"wb_type": "ndarray", "params": {"shape": [2],
                   "serialization_path": {"path": "a.npz", "key": "a"}}},
             "b": {"wb_type": "foreignKey", "params": {"table": "b.table.json", "col_name": "k"}},
             "c": {"wb_type": "classesId", "params": {"classes_obj":
                   {"type": "classes-file", "path": "c.classes.json"}}}}}}})",
         {}},
        {"table",
         R"({"_type": "table", "columns": ["p.png"], "data": [["p.png"], [{"text": ["parts/"]}],
             [{"_type": "image-file", "path": "p.png", "caption": "a.npz"}]]})",
         {"/data/1/0/text/0", "/data/2/0/caption"}},
        {"table",
         R"({"_type": "table", "columns": ["p.png"], "data": [["p.png"]]})",
         {"/columns/0", "/data/0/0"}},
        {"table",
         R"({"_type": "table", "columns": ["c"], "data": [["p.png"], [{"_type": "new"}]]})",
         {}},
        {"partitioned-table", R"({"_type": "partitioned-table", "parts_path": "parts"})", {}},
        {"image-file",
         R"({"_type": "image-file", "path": "a.npz", "caption": "p.png", "grouping": "parts",
             "boxes": {"b": [{"box_caption": "p.png"}]},
             "masks": {"m": {"_type": "mask", "path": "b.table.json"}},
             "classes": {"type": "classes-file", "path": "c.classes.json", "digest": "x"}})",
         {"/caption", "/grouping", "/boxes/b/0/box_caption"}},
        {"bounding-boxes", R"([{"box_caption": "p.png"}])", {"/0/box_caption"}},
        {"classes",
         R"({"_type": "classes", "class_set": [{"id": 1, "name": "p.png"}]})",
         {"/class_set/0/name"}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(left_out(c.text, c.type, entries) == c.left_out);
    }
}

} // namespace vitrine
