// SPDX-License-Identifier: MIT
// How files leave their places: what changes between the look and the swap is not destroyed, nor
// what a killed checkout had moved.
#include <vitrine/artifact/artifact.hpp>

#include "artifact/checkout/output_file.hpp"
#include "artifact/checkout/target_folder.hpp"
#include "artifact/store_fixture.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::read_text;
using test::write_text;

/// A file with the text "new"; `meanwhile` is called while it is made: after the look at what lies
/// in its place, and before the swap.
class ChangingFile final : public NewFile {
public:
    explicit ChangingFile(std::function<void()> meanwhile = {})
        : meanwhile_(std::move(meanwhile)) {}

    Likeness compare(FoundFile&) override { return Likeness::Other; }
    bool create(const FileDescriptor& folder, const std::string& name) override {
        OutputFile output(folder, name);
        if (!output.create(0644)) {
            return false;
        }
        output.write(as_bytes("new"));
        output.keep();
        if (meanwhile_) {
            meanwhile_();
        }
        return true;
    }

private:
    std::function<void()> meanwhile_;
};

struct Change {
    const char* what;
    std::function<void()> make;
};

TEST_CASE("what changes between the look and the swap is left, however names are swapped") {
    const std::vector<Change> changes = {
        {"written to", [] { write_text("out/x", "edited"); }},
        {"replaced by a file",
         [] {
             fs::remove("out/x");
             write_text("out/other", "edited");
             fs::rename("out/other", "out/x");
         }},
        {"replaced by a link",
         [] {
             fs::remove("out/x");
             fs::create_symlink("nowhere", "out/x");
         }},
        {"replaced by a folder",
         [] {
             fs::remove("out/x");
             write_text("out/x/mine", "edited");
         }},
    };
    for (const bool may_exchange : {true, false}) {
        for (const Change& change : changes) {
            CAPTURE(may_exchange);
            CAPTURE(change.what);
            const test::WorkingFolder folder;
            write_text("out/x", "before");
            {
                TargetFolder target("out",
                                    {.conflict = Conflict::replace, .may_exchange = may_exchange});
                ChangingFile file(change.make);
                const auto obstacle = target.put("x", file).obstacle;
                REQUIRE(obstacle);
                CHECK(obstacle->path == "x");
                CHECK(obstacle->is_conflict);
                CHECK(target.losses().overwritten.empty());
                CHECK(target.notes().empty());
            }
            if (fs::is_symlink("out/x")) {
                CHECK(fs::read_symlink("out/x") == "nowhere");
            } else {
                CHECK(read_text(fs::is_directory("out/x") ? "out/x/mine" : "out/x") == "edited");
            }
            CHECK(std::distance(fs::directory_iterator("out"), fs::directory_iterator()) == 1);
        }
    }
}

TEST_CASE("a file that is written into a folder which is about to go keeps the folder") {
    for (const bool may_exchange : {true, false}) {
        CAPTURE(may_exchange);
        const test::WorkingFolder folder;
        write_text("out/x/1", "before");
        {
            TargetFolder target("out",
                                {.conflict = Conflict::replace, .may_exchange = may_exchange});
            ChangingFile file([] { write_text("out/x/deep/2", "mine"); });
            CHECK(target.put("x", file).obstacle);
        }
        CHECK(read_text("out/x/1") == "before");
        CHECK(read_text("out/x/deep/2") == "mine");
    }
}

TEST_CASE("files, links and folders leave, however names are swapped") {
    for (const bool may_exchange : {true, false}) {
        CAPTURE(may_exchange);
        const test::WorkingFolder folder;
        write_text("out/file", "before");
        write_text("out/folder/deep/1", "before");
        fs::create_symlink("nowhere", "out/link");
        {
            TargetFolder target("out",
                                {.conflict = Conflict::replace, .may_exchange = may_exchange});
            for (const char* name : {"file", "folder", "link"}) {
                ChangingFile file;
                CHECK_FALSE(target.put(name, file).obstacle);
            }
            CHECK(target.losses().replaced == 3);
            CHECK(target.losses().overwritten.size() == 3);
        }
        for (const auto& item : fs::directory_iterator("out")) {
            CHECK(read_text(item.path()) == "new");
        }
    }
}

TEST_CASE("a file that vanishes between the look and the swap is written anew next time") {
    const test::WorkingFolder folder;
    for (const bool may_exchange : {true, false}) {
        CAPTURE(may_exchange);
        write_text("out/x", "before");
        TargetFolder target("out", {.conflict = Conflict::replace, .may_exchange = may_exchange});
        ChangingFile file([] { fs::remove("out/x"); });
        CHECK(target.put("x", file).obstacle);
        ChangingFile again;
        CHECK_FALSE(target.put("x", again).obstacle);
        CHECK(read_text("out/x") == "new");
    }
}

TEST_CASE("what a killed checkout had moved out goes only if the store has it, else back") {
    const test::StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add_bytes("stored", "x");
    const Artifact artifact = fixture.commit(std::move(draft));
    const std::string dead = "out/.vitrine-" + std::string(32, 'd');
    write_text(dead + "/0/half", "ha");
    write_text(dead + "/old/a/stored", "stored");
    write_text(dead + "/old/a/mine", "mine");
    write_text(dead + "/old/top", "mine");
    write_text(dead + "/old/taken", "mine");
    fs::create_symlink("nowhere", dead + "/old/link");
    write_text("out/taken", "somebody else's");

    const CheckoutReport report = artifact.checkout("out");
    CHECK(report.is_complete());
    CHECK(report.warnings.size() == 4);
    CHECK(read_text("out/a/mine") == "mine");
    CHECK(read_text("out/top") == "mine");
    CHECK(fs::is_symlink("out/link"));
    CHECK_FALSE(fs::exists("out/a/stored"));
    CHECK(read_text("out/taken") == "somebody else's");
    CHECK(read_text(dead + "/old/taken") == "mine");
    CHECK_FALSE(fs::exists(dead + "/0"));

    fs::remove("out/taken");
    CHECK(artifact.checkout("out").warnings.size() == 1);
    CHECK(read_text("out/taken") == "mine");
    CHECK_FALSE(fs::exists(dead));
}

/// Lists a folder as a file system that takes "A" and "B" for "a" and "b" does.
std::vector<std::string> names_folded(int folder) {
    std::vector<std::string> names = names_in(folder);
    std::erase_if(names, [](const std::string& name) { return name == "A" || name == "B"; });
    return names;
}

TEST_CASE("a name that the file system takes for another's is left out, whoever made that") {
    const test::WorkingFolder folder;
    {
        TargetFolder target("out", {.conflict = Conflict::replace, .list = names_folded});
        ChangingFile file;
        CHECK_FALSE(target.put("a", file).obstacle);
        // A hard link stands in for the second name: the same file, found under another name.
        fs::create_hard_link("out/a", "out/A");
        write_text("out/b/x", "of somebody else");
        fs::create_directory("out/B"); // stands in for the folder under its second name
        for (const char* path : {"A", "B/x"}) {
            CAPTURE(path);
            const auto obstacle = target.put(path, file).obstacle;
            REQUIRE(obstacle);
            CHECK_FALSE(obstacle->is_conflict);
            CHECK(obstacle->reason.find("takes the name of") != std::string::npos);
        }
        CHECK(fs::is_empty("out/B"));

        // In a folder that is made here any name that is taken is one of ours.
        CHECK_FALSE(target.put("new/a", file).obstacle);
        const auto obstacle = target.put("new/a", file).obstacle;
        REQUIRE(obstacle);
        CHECK_FALSE(obstacle->is_conflict);
        CHECK(target.publish().empty());
    }
    CHECK(read_text("out/new/a") == "new");
    CHECK(read_text("out/b/x") == "of somebody else");
}

} // namespace
