// SPDX-License-Identifier: MIT
// Which strings of a value's JSON are names of its files: what a version keeps of another one, what
// a draft removes with a value, and what a difference tells.
#include <vitrine/artifact/diff.hpp>
#include <vitrine/value/opaque_value.hpp>

#include "artifact/content/artifact_content.hpp"
#include "artifact/store_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace vitrine;
using test::media_path;
using test::StoreFixture;
using PathSet = std::set<std::string>;

/// A user's value that says where it names files.
struct Sheet : OpaqueValue {
    using OpaqueValue::OpaqueValue;
    static constexpr std::string_view artifact_type = "sheet";
    static constexpr std::array<std::string_view, 1> file_members = {"pages"};
    static Sheet from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
        return {json, std::move(source)};
    }
};

Store store_with_sheets() {
    StoreOptions options = StoreFixture::options();
    options.types->add<Sheet>("Sheet");
    return Store::open("s", options);
}

/// The JSON of a value in which P is a file of the value, and M may only be mentioned.
struct Case {
    std::string path;
    std::string json;
    bool counts_mentions; ///< M is taken for a file, too
};

const Case kCases[] = {
    {"x.image-file.json", R"({"_type": "image-file", "path": "P", "caption": "M"})", false},
    {"x.image-file.json",
     R"({"_type": "image-file", "path": "none", "grouping": "M",
         "masks": {"m": {"_type": "mask", "path": "P"}}})",
     false},
    {"x.image-file.json",
     R"({"_type": "image-file", "classes": {"type": "classes-file", "path": "P"}, "caption": "M"})",
     false},
    {"x.audio-file.json", R"({"_type": "audio-file", "path": "P", "caption": ["M"]})", false},
    {"x.table.json",
     R"({"_type": "table", "columns": ["a", "M"],
         "data": [["M", {"_type": "html-file", "path": "P"}], [{"text": "M"}, ["M"]]]})",
     false},
    {"x.table.json",
     R"({"_type": "table", "columns": ["a"], "data": [["M"]], "column_types": {"params":
         {"type_map": {"a": {"wb_type": "ndarray", "params": {"serialization_path":
         {"path": "P", "key": "M"}}}}}}})",
     false},
    {"x.joined-table.json",
     R"({"_type": "joined-table", "table1": "P", "table2": "P", "join_key": "M"})", false},
    {"x.sheet.json", R"({"_type": "sheet", "pages": ["P"], "title": "M"})", false},
    // Values of a registered type that says nothing, and of unregistered types.
    {"x.card.json", R"({"_type": "card", "files": ["P"], "text": "M"})", true},
    {"x.table.json",
     R"({"_type": "table", "columns": ["a"], "data": [["M"], [{"_type": "new", "at": "P"}]]})",
     true},
    {"x.sheet.json",
     R"({"_type": "sheet", "pages": {"_type": "card", "files": ["P"]}, "title": "M"})", true},
};

/// The paths of the two files, which are those that values would give them.
const std::string kNamed = media_path("named");
const std::string kMentioned = media_path("mentioned");

std::string json_of(const Case& c) {
    std::string text;
    for (std::size_t i = 0; i < c.json.size(); ++i) {
        const std::string_view rest = std::string_view(c.json).substr(i);
        if (rest.starts_with(R"("P")") || rest.starts_with(R"("M")")) {
            text += '"' + (rest[1] == 'P' ? kNamed : kMentioned) + '"';
            i += 2;
        } else {
            text += c.json[i];
        }
    }
    return text;
}

/// A draft with the value, the two files and so many others that a version that refers to the value
/// keeps only what it needs.
ArtifactBuilder draft_of(const Store& store, const Case& c, const std::string& name = "up") {
    auto draft = store.new_artifact(name, "dataset");
    draft.add_bytes("named", kNamed);
    draft.add_bytes("mentioned", kMentioned);
    draft.add_bytes(json_of(c), c.path);
    for (int i = 0; i < 10; ++i) {
        draft.add_bytes("other " + std::to_string(i), "other/" + std::to_string(i));
    }
    return draft;
}

PathSet files_of(const Case& c) {
    return c.counts_mentions ? PathSet{kNamed, kMentioned} : PathSet{kNamed};
}

PathSet path_set(const Manifest& manifest) {
    const auto paths = test::paths_of(manifest);
    return {paths.begin(), paths.end()};
}

/// The entries that an artifact keeps of the only one that it refers to.
PathSet dependency_of(const Artifact& artifact) {
    const auto content = std::static_pointer_cast<const ArtifactContent>(artifact.source());
    const auto ids = content->source_ids();
    REQUIRE(ids.size() == 1);
    return path_set(content->source(ids.front())->manifest());
}

TEST_CASE("a version keeps the files of a value that it refers to, not what the value mentions") {
    const StoreFixture fixture;
    const Store store = store_with_sheets();
    for (const Case& c : kCases) {
        CAPTURE(c.json);
        const Artifact up = store.commit(draft_of(store, c));
        auto draft = store.new_artifact("down", "dataset");
        draft.add_reference(up.get_path(c.path), "r");
        PathSet kept = files_of(c);
        kept.insert(c.path);
        CHECK(dependency_of(store.commit(std::move(draft))) == kept);
    }
}

TEST_CASE("a value without registered type keeps every entry that its JSON mentions") {
    const StoreFixture fixture;
    const Store store = store_with_sheets();
    const Artifact up = store.commit(
        draft_of(store, {"x.json", R"({"_type": "new", "at": "P", "title": "M"})", true}));
    auto draft = store.new_artifact("down", "dataset");
    draft.add_reference(up.get_path("x.json"), "r");
    CHECK(dependency_of(store.commit(std::move(draft))) == PathSet{"x.json", kNamed, kMentioned});
}

TEST_CASE("a version keeps the folder of the parts of a table") {
    const StoreFixture fixture;
    const Store store = store_with_sheets();
    const Artifact up = store.commit(
        draft_of(store, {"x.partitioned-table.json",
                         R"({"_type": "partitioned-table", "parts_path": "media/cards"})", true}));
    auto draft = store.new_artifact("down", "dataset");
    draft.add_reference(up.get_path("x.partitioned-table.json"), "r");
    CHECK(dependency_of(store.commit(std::move(draft))) ==
          PathSet{"x.partitioned-table.json", kNamed, kMentioned});
}

TEST_CASE("a value that is removed takes its files with it, not what it mentions") {
    const StoreFixture fixture;
    const Store store = store_with_sheets();
    for (const Case& c : kCases) {
        CAPTURE(c.json);
        auto draft = draft_of(store, c);
        PathSet left = path_set(draft.manifest());
        left.erase(c.path);
        for (const std::string& path : files_of(c)) {
            left.erase(path);
        }
        CHECK(draft.remove(c.path) == 1 + files_of(c).size());
        CHECK(path_set(draft.manifest()) == left);
    }
}

TEST_CASE("a file is not kept by a value that only mentions its path") {
    const StoreFixture fixture;
    const Store store = store_with_sheets();
    for (const Case& c : kCases) {
        CAPTURE(c.json);
        auto draft = draft_of(store, c);
        draft.add_bytes(json_of({"", R"({"_type": "image-file", "path": "M"})", false}),
                        "y.image-file.json");
        // In the first value the file of the second one is only mentioned.
        draft.remove("y.image-file.json");
        CHECK(draft.manifest().contains(kMentioned) == c.counts_mentions);
        CHECK(draft.manifest().contains(kNamed));
    }
}

TEST_CASE("a difference tells the values whose file an entry is, not those that mention it") {
    const StoreFixture fixture;
    const Store store = store_with_sheets();
    const Artifact empty = store.commit(store.new_artifact("empty", "dataset"));
    for (const Case& c : kCases) {
        CAPTURE(c.json);
        const Artifact full = store.commit(draft_of(store, c, "full"));
        PathSet files;
        for_each_difference(empty, full, [&](const EntryDifference& difference) {
            if (difference.path() != c.path && !difference.values.empty()) {
                CHECK(difference.values == std::vector<std::string>{c.path});
                files.insert(difference.path());
            }
        });
        CHECK(files == files_of(c));
    }
}

} // namespace
