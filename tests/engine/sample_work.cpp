// SPDX-License-Identifier: MIT
#include "engine/sample_work.hpp"

#include <fstream>
#include <utility>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

/// More objects than a commit leaves loose.
constexpr int kMany = 40;
/// Larger than an object in a pack.
constexpr std::size_t kLarge = std::size_t{80} << 10U;
/// Larger than what is read in one piece.
constexpr std::size_t kHuge = (std::size_t{1} << 20U) + 1;

Contents many(const std::string& what) {
    Contents contents;
    for (int i = 0; i < kMany; ++i) {
        contents["many/" + std::to_string(i)] = what + " " + std::to_string(i);
    }
    return contents;
}

std::string large(char fill, std::size_t size = kLarge) {
    return std::string(size, fill);
}

Contents pictures() {
    return {{"a.image-file.json", R"({"_type": "image-file", "path": "media/a.png"})"},
            {"b.image-file.json", R"({"_type": "image-file", "path": "media/b.png"})"},
            {"media/a.png", "picture a"},
            {"media/b.png", "picture b"},
            {"notes.txt", "nobody names this"},
            {"more.txt", "nor this"}};
}

void commit_references(Engine& engine, const std::string& name, const std::string& source,
                       const std::string& path) {
    const auto draft = engine.new_draft(nullptr);
    const auto origin = engine.open_version(source);
    engine.commit(*draft, request_of(name, {refer(*draft, "picked", origin, path)}), {});
}

void commit_with_run(Engine& engine) {
    const auto draft = engine.new_draft(nullptr);
    CommitRequest request =
        request_of("x", {put_entry(*draft, "a", "first a"), put_entry(*draft, "b", "b of a run"),
                         put_entry(*draft, "c", "more of a run")});
    request.description = "made by a run";
    request.aliases = {"best", "last"};
    request.run = RunIdentity{"r2", "/runs/r2"};
    engine.commit(*draft, request, {});
}

/// A commit with a base, most of which stays.
void commit_draft(Engine& engine) {
    const auto base = engine.open_version("many");
    const auto draft = engine.new_draft(base);
    std::vector<Entry> entries;
    for (const Entry& entry : base->manifest().entries()) {
        entries.push_back(entry);
    }
    entries.erase(entries.begin(), entries.begin() + 2);
    entries.push_back(put_entry(*draft, "new", "new in a draft"));
    CommitRequest request = request_of("many", std::move(entries));
    request.base = base;
    engine.commit(*draft, request, {});
}

void commit_huge(Engine& engine) {
    // Beside the store, so that it is removed with it if the process dies.
    const fs::path path = engine.root().parent_path() / "huge";
    std::ofstream(path) << large('h', kHuge);
    const auto draft = engine.new_draft(nullptr);
    const StoredBytes stored = draft->put_file(path, false);
    Entry entry = put_entry(*draft, "small", "beside a huge file");
    entry.path = EntryPath("huge");
    entry.object = stored.sha256;
    entry.object_size = stored.size;
    entry.size = stored.size;
    entry.digest = stored.md5.base64();
    engine.commit(*draft, request_of("huge", {entry, put_entry(*draft, "large", large('l'))}), {});
}

/// Makes the sample store.
void fill(Engine& engine) {
    commit_files(engine, "x", {{"a", "first a"}, {"b", "first b"}});
    commit_files(engine, "x", {{"a", "first a"}, {"b", "second b"}, {"c", large('c')}});
    engine.set_aliases("x:v0", {"best"}, {});
    commit_files(engine, "many", many("many"));
    commit_files(engine, "gone", many("gone"));
    commit_files(engine, "gone", {{"a", "goes, too"}, {"b", large('g')}});
    engine.remove("gone:*", false);
    // More than half of this pack is garbage.
    commit_files(engine, "half", many("half"));
    commit_files(engine, "half", {{"many/0", "half 0"}, {"many/1", "half 1"}});
    engine.remove("half:v0", false);
    commit_files(engine, "source", pictures());
    commit_references(engine, "picked", "source", "a.image-file.json");
    engine.record_use({"r1", "/runs/r1"}, engine.open_version("x")->record().id);
}

} // namespace

const std::vector<Work>& all_work() {
    static const std::vector<Work> work = {
        {"the first commit of a name",
         [](Engine& engine) {
             commit_files(engine, "y", {{"a", "1"}, {"b", "2"}});
         }},
        {"a commit with aliases, of a run", commit_with_run},
        {"a commit of many small objects",
         [](Engine& engine) { commit_files(engine, "x", many("new")); }},
        {"a commit of large objects", commit_huge},
        {"a commit from a base", commit_draft},
        {"a commit of a reference",
         [](Engine& engine) {
             commit_references(engine, "picked", "source", "b.image-file.json");
         }},
        {"a commit of a reference to a reference",
         [](Engine& engine) { commit_references(engine, "again", "picked", "picked"); }},
        {"a commit of what is garbage",
         [](Engine& engine) { commit_files(engine, "gone", many("gone")); }},
        {"a commit of the same",
         [](Engine& engine) {
             const auto draft = engine.new_draft(nullptr);
             CommitRequest request = request_of("x", {put_entry(*draft, "a", "first a"),
                                                      put_entry(*draft, "b", "second b"),
                                                      put_entry(*draft, "c", large('c'))});
             request.aliases = {"again"};
             engine.commit(*draft, request, {});
         }},
        {"aliases",
         [](Engine& engine) {
             engine.set_aliases("x:v1", {"best", "new"}, {});
         }},
        {"a use",
         [](Engine& engine) {
             engine.record_use({"r1", "/runs/r1"}, engine.open_version("many")->record().id);
         }},
        {"a removal of a version with an alias",
         [](Engine& engine) { engine.remove("x:v0", false); }},
        {"a removal of the latest", [](Engine& engine) { engine.remove("x:v1", false); }},
        {"a removal of a name", [](Engine& engine) { engine.remove("source:*", false); }},
        {"gc", [](Engine& engine) { engine.gc({}); }},
        {"a removal and gc",
         [](Engine& engine) {
             engine.remove("many:*", false);
             engine.gc({});
         }},
    };
    return work;
}

SampleStore::SampleStore(Durability durability) : folder_(durability) {
    fill(*folder_.open());
    before_ = state_of(folder_.root());
}

void SampleStore::copy_to(const fs::path& root) const {
    fs::copy(folder_.root(), root, fs::copy_options::recursive);
}

StoreState SampleStore::after(const Work& work) const {
    const StoreCopy copy(*this);
    work.run(*Engine::open(copy.root(), {}));
    return state_of(copy.root());
}

StoreCopy::StoreCopy() : folder_(quick_folder()) {}

StoreCopy::StoreCopy(const fs::path& root) : StoreCopy() {
    fs::copy(root, this->root(), fs::copy_options::recursive);
}

} // namespace vitrine::test
