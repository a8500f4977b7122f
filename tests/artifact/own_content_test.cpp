// SPDX-License-Identifier: MIT
// A store is never its own content, however a walk reaches it.
#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::check_throws;
using test::Paths;
using test::paths_of;
using test::StoreFixture;
using test::write_text;

/// In the working folder, beside the store "s": a folder with another store and links to both.
void fill_data() {
    write_text("data/a.txt", "a");
    write_text("data/deep/b.txt", "b");
    write_text("data/settings/vitrine.json", "no store: it has no catalogue");
    StoreOptions options;
    options.durability = Durability::fast;
    Store::create("data/deep/other", options);
}

const Paths kFiles = {"a.txt", "deep/b.txt", "settings/vitrine.json"};

TEST_CASE("add_dir leaves out the folder of any store, and says so") {
    const StoreFixture fixture;
    fill_data();
    struct Case {
        const char* link; ///< to what it leads; none if empty
        Paths left_out;
    };
    const std::vector<Case> cases = {
        {"", {"deep/other"}},
        {"../s", {"deep/other", "link"}},
        {"../s/objects", {"deep/other", "link"}},
        {"deep/other/records/artifacts", {"deep/other", "link"}},
    };
    for (const Case& item : cases) {
        CAPTURE(item.link);
        fs::remove("data/link");
        if (*item.link != '\0') {
            fs::create_directory_symlink(item.link, "data/link");
        }
        auto draft = fixture.draft();
        const AddedFiles added = draft.add_dir("data");
        CHECK(added.left_out == item.left_out);
        CHECK(added.files == kFiles.size());
        CHECK(paths_of(draft.manifest()) == kFiles);
    }
}

TEST_CASE("the folder with the store can be added, again and again") {
    const StoreFixture fixture;
    write_text("a.txt", "a");
    for (int i = 0; i < 3; ++i) {
        auto draft = fixture.draft();
        CHECK(draft.add_dir(".").left_out == Paths{"s"});
        CHECK(paths_of(fixture.commit(std::move(draft)).manifest()) == Paths{"a.txt"});
    }
}

TEST_CASE("a store, and a folder in one, is refused as content") {
    const StoreFixture fixture;
    fs::create_directory_symlink("s", "link");
    for (const std::string& folder :
         {std::string("s"), std::string("s/"), std::string("s/objects"), std::string("link"),
          std::string("link/records/artifacts"), std::string("s/../s")}) {
        CAPTURE(folder);
        auto draft = fixture.draft();
        check_throws([&] { draft.add_dir(folder); }, ErrorCode::InvalidArgument,
                     "a store is never its own content");
        check_throws([&] { draft.add_reference("file://" + fs::absolute(folder).native()); },
                     ErrorCode::InvalidArgument, "a store is never its own content");
        CHECK(draft.manifest().size() == 0);
        check_throws([&] { Artifact::open_directory(folder).manifest(); },
                     ErrorCode::InvalidArgument, "a store is never its own content");
    }
}

TEST_CASE("a reference to a folder leaves stores out, and says so") {
    const StoreFixture fixture;
    fill_data();
    auto draft = fixture.draft();
    Paths left_out;
    AddReferenceOptions options;
    options.left_out = [&](const std::string& folder) { left_out.push_back(folder); };
    draft.add_reference("file://" + fs::absolute("data").native(), "data", options);
    CHECK(left_out == Paths{fs::absolute("data/deep/other").native()});
    CHECK(paths_of(draft.manifest()) ==
          Paths{"data/a.txt", "data/deep/b.txt", "data/settings/vitrine.json"});
}

TEST_CASE("a folder without a manifest has no entries of stores, and says so") {
    const StoreFixture fixture;
    fill_data();
    const Artifact artifact = Artifact::open_directory("data");
    CHECK(paths_of(artifact.manifest()) == kFiles);
    CHECK(artifact.left_out() == Paths{"deep/other"});
    CHECK(artifact.verify().ok());
    auto draft = fixture.draft();
    draft.add_dir("data");
    CHECK(fixture.commit(std::move(draft)).left_out().empty());
}

TEST_CASE("mirroring a folder that is empty or missing must be allowed") {
    const StoreFixture fixture;
    write_text("full/a.txt", "a");
    fs::create_directories("empty/only/folders");
    fs::create_directories("swallowed");
    fs::create_directory_symlink("../s", "swallowed/link");
    auto first = fixture.draft();
    first.add_dir("full", "x");
    first.add_bytes("b", "b.txt");
    const Artifact version = fixture.commit(std::move(first));
    struct Case {
        const char* folder;
        ErrorCode code;
        const char* message;
    };
    const std::vector<Case> cases = {
        {"empty", ErrorCode::InvalidArgument, "folder 'empty' has no files"},
        {"swallowed", ErrorCode::InvalidArgument, "would remove all entries below 'x'"},
        {"missing", ErrorCode::NotFound, "path is not a directory: 'missing'"},
    };
    for (const Case& item : cases) {
        CAPTURE(item.folder);
        auto draft = version.new_draft();
        check_throws([&] { draft.add_dir(item.folder, "x", {.mirror = true}); }, item.code,
                     item.message);
        CHECK(paths_of(draft.manifest()) == Paths{"b.txt", "x/a.txt"});
        draft.add_dir(item.folder, "x", {.mirror = true, .allow_empty = true});
        CHECK(paths_of(draft.manifest()) == Paths{"b.txt"});
    }
    auto draft = version.new_draft();
    check_throws([&] { draft.add_dir("full/a.txt", "x", {.mirror = true, .allow_empty = true}); },
                 ErrorCode::NotFound, "path is not a directory");
    check_throws([&] { draft.add_dir("missing", "x", {.allow_empty = true}); }, ErrorCode::NotFound,
                 "path is not a directory");
}

} // namespace
