// SPDX-License-Identifier: MIT
// The tables that a draft is made of.
#include <vitrine/core/digest.hpp>

#include "artifact/content/disk_paths.hpp"
#include "artifact/draft/draft_entries.hpp"
#include "artifact/draft/local_paths.hpp"
#include "artifact/draft/media_uses.hpp"
#include "artifact/draft/pending_adds.hpp"
#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace vitrine;
using test::check_throws;
using test::Paths;
using test::paths_of;

Entry entry(const std::string& path, const std::string& bytes) {
    const Digests digests = digests_of(bytes);
    Entry made{.path = EntryPath(path)};
    made.object = digests.sha256;
    made.object_size = digests.size;
    made.digest = digests.md5.base64();
    made.size = digests.size;
    return made;
}

TEST_CASE("the entries of a draft are those of its base with its changes over them") {
    DraftEntries entries(Manifest({entry("a", "1"), entry("b/x", "2"), entry("b/y", "3")}));
    CHECK(entries.find("a")->object == entry("a", "1").object);
    CHECK_FALSE(entries.find_added("a").has_value());

    entries.put(entry("b/m", "4"));
    entries.put(entry("a", "new"));
    CHECK(entries.erase("b/x"));
    CHECK_FALSE(entries.erase("b/x"));
    CHECK_FALSE(entries.erase("nothing"));

    const Manifest manifest = entries.manifest();
    CHECK(paths_of(manifest) == Paths{"a", "b/m", "b/y"});
    CHECK(paths_of(manifest, "b") == Paths{"b/m", "b/y"});
    CHECK(manifest.size() == 3);
    CHECK(manifest.find("a")->object == entry("a", "new").object);
    CHECK_FALSE(manifest.contains("b/x"));

    // A manifest that was taken stays as it is.
    entries.put(entry("b/x", "again"));
    CHECK(entries.erase("a"));
    CHECK(paths_of(manifest) == Paths{"a", "b/m", "b/y"});
    CHECK(paths_of(entries.manifest()) == Paths{"b/m", "b/x", "b/y"});
    CHECK(entries.manifest().size() == 3);
    CHECK_FALSE(entries.find_added("a").has_value());
    CHECK_FALSE(entries.find("a"));
}

TEST_CASE("a draft that puts everything back has the digest of its base") {
    const Manifest base({entry("a", "1"), entry("b", "2")});
    DraftEntries entries(base);
    entries.erase("a");
    CHECK(entries.manifest().digest() != base.digest());
    entries.put(entry("a", "1"));
    CHECK(entries.manifest().digest() == base.digest());
    CHECK(entries.manifest().size() == 2);
}

TEST_CASE("a local file is known by the exact path under which it was added last") {
    LocalPaths paths;
    paths.add_file("i.png", "first.png");
    paths.add_file("i.png", "second.png");
    CHECK(paths.find("i.png") == Paths{"second.png"});
    CHECK(paths.find("./i.png").empty());

    paths.add_folder("tree", "t");
    CHECK(paths.find("tree/sub/k.png") == Paths{"t/sub/k.png"});
    CHECK(paths.find("treehouse/k.png").empty());
    paths.add_file("tree/k.png", "k.png");
    CHECK(paths.find("tree/k.png") == Paths{"k.png", "t/k.png"});
    paths.add_folder("tree/", "");
    CHECK(paths.find("tree/k.png") == Paths{"k.png", "k.png", "t/k.png"});
    paths.add_folder("/", "root");
    CHECK(paths.find("/x") == Paths{"root/x"});
}

TEST_CASE("the paths that a value's JSON names are counted value by value") {
    const auto open = [] {
        return std::make_unique<std::istringstream>(
            R"({"_type": "x", "path": "media/a.png", "caption": "no path", "title": "media/c.png",
            "more": [{"path": "media/b.png"}, "media/a.png"], "n": 3})");
    };
    CHECK(paths_in_json({}, "x", open) == Paths{"media/a.png", "media/b.png", "media/c.png"});
    const auto paths = paths_in_json({{"x"}, {"path"}}, "x", open);
    CHECK(paths == Paths{"media/a.png", "media/b.png"});

    MediaUses uses;
    uses.add(paths);
    uses.add({"media/b.png"});
    CHECK(uses.count("media/b.png") == 2);
    CHECK(uses.remove(paths) == Paths{"media/a.png"});
    CHECK(uses.remove({"media/b.png", "never/added"}) == Paths{"media/b.png"});
    CHECK(uses.count("media/a.png") == 0);
}

TEST_CASE("places on disk clash only where they must") {
    struct Case {
        std::vector<Entry> entries;
        std::string problem; ///< part of it; "" for none
    };
    const Case cases[] = {
        {{entry("a", "1"), entry("b", "2")}, ""},
        {{entry("a//b", "1"), entry("a/b", "1")}, ""},
        {{entry("./a", "1"), entry("a", "1"), entry("a/", "1")}, ""},
        {{entry("./a", "1"), entry("a", "2")}, "different files with one disk path, 'a'"},
        {{entry("a//b", "1"), entry("a/b", "2")}, "'a/b' and 'a//b'"},
        {{entry("a", "1"), entry("a/b", "2")}, "'a/b' needs a folder where 'a' is a file"},
        {{entry("./a/b/c/d", "1"), entry("a/b", "2")}, "'a/b' is a file where other entries"},
        {{entry("a/b", "1"), entry("a/b/c/d", "2")}, "needs a folder where 'a/b' is a file"},
        // An entry that was refused takes no disk path.
        {{entry("./a", "1"), entry("a", "2"), entry("a//", "1")}, "'a' and './a'"},
        {{entry("./x/y", "1"), entry("x", "2"), entry("x/z", "3")}, "'x' is a file where"},
        {{entry("a", "1"), entry("a/b/c", "2")}, "'a/b/c' needs a folder where 'a' is a file"},
        {{entry("a/b", "1"), entry("a/c", "2"), entry("a-b", "3")}, ""},
    };
    for (const Case& expected : cases) {
        const Manifest manifest(expected.entries);
        DiskPaths places(manifest);
        std::string problem;
        for (const Entry& each : manifest.entries()) {
            problem += places.add(each).value_or("");
        }
        CAPTURE(expected.problem);
        CAPTURE(problem);
        CHECK(problem.empty() == expected.problem.empty());
        CHECK(problem.find(expected.problem) != std::string::npos);
    }
}

TEST_CASE("what is added in one call must not contradict itself") {
    PendingAdds pending;
    pending.put({.entry = entry("a", "1"), .implicit = true});
    pending.put({.entry = entry("a", "1")});
    CHECK_FALSE(pending.items.at("a").implicit);
    const std::string error =
        check_throws([&] { pending.put({.entry = entry("a", "2")}); }, ErrorCode::AlreadyExists);
    CHECK(error == "cannot add the same path twice: 'a'");
}

TEST_CASE("content is the same by its bytes and notes, not by its MD5 alone") {
    const Entry own = entry("a", "1");
    Entry reference = own;
    reference.ref = "wandb-artifact://00/x";
    reference.size = 0;
    CHECK(same_content(own, reference));
    CHECK(says_more(own, reference));
    CHECK_FALSE(says_more(reference, own));

    Entry tracked = own;
    tracked.object.reset();
    tracked.ref = "file://a";
    CHECK(same_content(own, tracked));
    CHECK(says_more(reference, tracked));

    Entry collision = own;
    collision.object = entry("a", "2").object;
    CHECK_FALSE(same_content(own, collision));

    Entry noted = own;
    noted.extra = {{"vitrine", {{"labels", 1}}}};
    CHECK_FALSE(same_content(own, noted));
    Entry tagged = own;
    tagged.extra = {{"etag", "x"}};
    CHECK(same_content(own, tagged));
}

} // namespace
