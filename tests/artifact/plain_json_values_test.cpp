// SPDX-License-Identifier: MIT
// Values whose files are called "<name>.json" alone, and values of types that only later SDKs know.
#include <vitrine/media/histogram.hpp>
#include <vitrine/media/html.hpp>
#include <vitrine/media/molecule.hpp>
#include <vitrine/value/opaque_value.hpp>

#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

using namespace vitrine;
using test::Paths;
using test::paths_of;
using test::StoreFixture;
using test::write_text;

std::optional<OpaqueValue> opaque(const Artifact& artifact, const std::string& name) {
    const auto value = artifact.get(name);
    const auto* typed = dynamic_cast<const OpaqueValue*>(value.get());
    return typed != nullptr ? std::optional(*typed) : std::nullopt;
}

TEST_CASE("a value without a suffix of its own is found by its whole name") {
    const StoreFixture fixture;
    write_text("a.pdb", "HEADER");
    const Molecule molecule("a.pdb", "caption");
    const Histogram histogram(std::vector<double>{1, 2, 3}, 3);
    auto draft = fixture.draft();
    CHECK(draft.add(molecule, "m").path.str() == "m.json");
    CHECK(draft.add(histogram, "dir/h.json").path.str() == "dir/h.json");
    draft.add(Html::from_text("<p>"), "page");
    const Artifact artifact = fixture.commit(std::move(draft));

    CHECK(artifact.get<Molecule>("m.json") == molecule);
    CHECK(artifact.get<Molecule>("m.json")->caption() == "caption");
    CHECK(artifact.get<Histogram>("dir/h.json") == histogram);
    CHECK(artifact.get("m") == nullptr);
    CHECK(artifact.value_paths("molecule-file") == Paths{"m.json"});
    for (const auto& [name, value] : artifact.values<Histogram>()) {
        CHECK(name == "dir/h.json");
        CHECK(value == histogram);
    }
    test::check_throws([&] { artifact.get<Histogram>("m.json"); }, ErrorCode::InvalidArgument,
                       "expected type 'histogram', got 'molecule-file'");

    auto next = fixture.draft("next");
    next.add(*artifact.get<Molecule>("m.json"), "other");
    const Artifact referring = fixture.commit(std::move(next));
    CHECK(paths_of(referring.manifest()) == Paths{"other.json"});
    CHECK(referring.manifest().find("other.json")->ref.has_value());
    CHECK(referring.get<Molecule>("other.json") == molecule);

    artifact.checkout("out");
    const Artifact folder = Artifact::open_directory("out");
    CHECK(folder.get<Molecule>("m.json") == molecule);
    CHECK(folder.get<Histogram>("dir/h.json") == histogram);
    CHECK(folder.get<Html>("page").has_value());
}

TEST_CASE("a .json file that is no value is none, whatever it says") {
    const test::WorkingFolder folder;
    write_text("d/a.json", R"({"type": "b", "path": "x"})");
    write_text("d/list.json", "[1]");
    write_text("d/broken.json", "{");
    write_text("d/x.scatter.json", R"({"type": 5})");
    write_text("d/y.scatter.json", R"({"type": "other"})");
    const Artifact artifact = Artifact::open_directory("d");
    for (const char* name :
         {"a.json", "list.json", "broken.json", "x.scatter.json", "y.scatter.json"}) {
        CAPTURE(name);
        CHECK(artifact.get(name) == nullptr);
    }
}

TEST_CASE("a value of a later SDK keeps its JSON and its files through a store") {
    struct Case {
        std::string name;
        std::string json;
        Paths files;
    };
    const std::string models = ".wb_data/saved_models/";
    const std::vector<Case> cases = {
        {"model.saved-model.json",
         R"({"_type": "saved-model", "path": ")" + models + R"(1b2m2y8a.pt"})",
         {models + "1b2m2y8a.pt"}},
        // As SDK 0.19 writes models: the type under another name, folders of files.
        {"net.pytorch-model-file.json",
         R"({"dep_py_files_path": ".wb_data/extra_files/5eb6", "path": ")" + models +
             R"(1b2m2y8a.pt", "type": "pytorch-model-file"})",
         {".wb_data/extra_files/5eb6/m.py", ".wb_data/extra_files/5eb6/sub/u.py",
          models + "1b2m2y8a.pt"}},
        {"k.tfkeras-model-file.json",
         R"({"path": ")" + models + R"(9e107d9d", "type": "tfkeras-model-file"})",
         {models + "9e107d9d/keras_metadata.pb", models + "9e107d9d/variables/v.index"}},
    };
    const StoreFixture fixture;
    for (const Case& c : cases) {
        write_text("w/" + c.name, c.json);
        for (const std::string& path : c.files) {
            write_text("w/" + path, "content of " + path);
        }
    }
    const Artifact theirs = Artifact::open_directory("w");
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const auto value = opaque(theirs, c.name);
        REQUIRE(value);
        CHECK(value->files() == c.files);

        auto draft = fixture.draft("models");
        draft.add(*value, c.name);
        const Artifact artifact = fixture.commit(std::move(draft));
        Paths expected = c.files;
        expected.push_back(c.name);
        CHECK(paths_of(artifact.manifest()) == expected);
        CHECK(artifact.get_path(c.name).read() == c.json);
        const auto got = opaque(artifact, c.name);
        REQUIRE(got);
        CHECK(*got == *value);
        for (const std::string& path : c.files) {
            CHECK(artifact.get_path(path).read() == "content of " + path);
        }

        auto next = fixture.draft("next");
        next.add(*got, "copy");
        const Artifact copied = fixture.commit(std::move(next));
        const std::string copy = "copy" + c.name.substr(c.name.find('.'));
        CHECK(paths_of(copied.manifest()) == Paths{copy});
        CHECK(*copied.get(copy) == *value);
    }
}

TEST_CASE("files that a folder names do not move: a path that is taken is an error") {
    const StoreFixture fixture;
    write_text("w/m.x-model.json", R"({"_type": "x-model", "path": "models/1"})");
    write_text("w/models/1/a", "theirs");
    const auto value = opaque(Artifact::open_directory("w"), "m.x-model.json");
    REQUIRE(value);
    write_text("ours", "ours");
    auto draft = fixture.draft();
    draft.add_file("ours", "models/1/a");
    test::check_throws([&] { draft.add(*value, "m"); }, ErrorCode::AlreadyExists, "models/1/a");
}

} // namespace
