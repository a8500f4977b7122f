// SPDX-License-Identifier: MIT
// A draft that would undo what was committed since it was begun is refused; aliases are not lost
// without a word.
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

namespace {

/// A draft of "x" from a reference, with one entry.
struct OpenDraft {
    OpenDraft(Engine& engine, const std::string& reference, const std::string& bytes)
        : base(engine.open_version(reference)), staging(engine.new_draft(base)) {
        request = request_of("x", {put_entry(*staging, "a", bytes)});
        request.base = base;
    }

    std::shared_ptr<const OpenVersion> base;
    std::unique_ptr<DraftStaging> staging;
    CommitRequest request;
};

/// A store whose artifact "x" has the versions v0 to v2, v1 with the alias "good".
struct Versions {
    explicit Versions(std::vector<std::string>* warnings = nullptr) {
        EngineOptions options;
        options.warn = [warnings](std::string_view text) {
            if (warnings != nullptr) {
                warnings->emplace_back(text);
            }
        };
        engine = folder.open(options);
        for (const char* bytes : {"0", "1", "2"}) {
            commit_files(*engine, "x", {{"a", bytes}});
        }
        engine->set_aliases("x:v1", {"good"}, {});
    }

    StoreFolder folder;
    std::shared_ptr<Engine> engine;
};

} // namespace

TEST_CASE("a draft from a moving reference is refused when another version became the latest") {
    struct Case {
        const char* reference;
        bool refused;
        const char* message;
    };
    const std::vector<Case> cases = {
        {"x", true, "made from v2 when v2 was the latest version; now v4 is"},
        {"x:latest", true, "(made meanwhile: v3, v4)"},
        {"x:good", true, "made from v1 when v2 was the latest version; now v4 is"},
        {"x:v2", false, ""},
        {"x:v1", false, ""},
    };
    for (const Case& item : cases) {
        CAPTURE(item.reference);
        const Versions versions;
        Engine& engine = *versions.engine;
        OpenDraft draft(engine, item.reference, "mine");
        commit_files(engine, "x", {{"a", "3"}});
        commit_files(engine, "x", {{"a", "4"}});
        if (item.refused) {
            check_throws([&] { engine.commit(*draft.staging, draft.request, {}); },
                         ErrorCode::Conflict, item.message);
            CHECK(engine.info("x").version == 4);
            draft.request.allow_diverged = true;
        }
        CHECK(engine.commit(*draft.staging, draft.request, {})->record().number == 5);
        CHECK(read_all(engine, *engine.open_version("x:v5")) == Contents{{"a", "mine"}});
    }
}

TEST_CASE("a draft that loses nothing is committed") {
    const Versions versions;
    Engine& engine = *versions.engine;
    SUBCASE("the latest version is still the same") {
        OpenDraft draft(engine, "x:latest", "mine");
        CHECK(engine.commit(*draft.staging, draft.request, {})->record().number == 3);
    }
    SUBCASE("the base has an alias, and the latest version is still the same") {
        OpenDraft draft(engine, "x:good", "mine");
        CHECK(engine.commit(*draft.staging, draft.request, {})->record().number == 3);
    }
    SUBCASE("another process committed the same: a retry") {
        OpenDraft draft(engine, "x", "mine");
        commit_files(engine, "x", {{"a", "mine"}});
        CHECK(engine.commit(*draft.staging, draft.request, {})->record().number == 3);
    }
    SUBCASE("it becomes a version of another name") {
        OpenDraft draft(engine, "x", "mine");
        commit_files(engine, "x", {{"a", "3"}});
        draft.request.name = "y";
        CHECK(engine.commit(*draft.staging, draft.request, {})->record().number == 0);
    }
    SUBCASE("it has no base") {
        const auto staging = engine.new_draft(nullptr);
        const CommitRequest request = request_of("x", {put_entry(*staging, "a", "mine")});
        commit_files(engine, "x", {{"a", "3"}});
        CHECK(engine.commit(*staging, request, {})->record().number == 4);
    }
    SUBCASE("all versions were removed") {
        OpenDraft draft(engine, "x", "mine");
        engine.remove("x:*", false);
        CHECK(engine.commit(*draft.staging, draft.request, {})->record().number == 3);
    }
}

TEST_CASE("a draft is refused, too, when the latest version was removed") {
    const Versions versions;
    OpenDraft draft(*versions.engine, "x", "mine");
    versions.engine->remove("x:v2", false);
    check_throws([&] { versions.engine->commit(*draft.staging, draft.request, {}); },
                 ErrorCode::Conflict, "when v2 was the latest version; now v1 is");
}

TEST_CASE("a version that is made from an older one says so") {
    struct Case {
        const char* reference;
        std::vector<std::string> warnings;
    };
    const std::vector<Case> cases = {
        {"x:v2", {}},
        {"x", {}},
        {"x:v0", {"'x:v3' is made from v0; the latest version was v2"}},
        {"x:good", {"'x:v3' is made from v1; the latest version was v2"}},
    };
    for (const Case& item : cases) {
        CAPTURE(item.reference);
        std::vector<std::string> warnings;
        const Versions versions(&warnings);
        OpenDraft draft(*versions.engine, item.reference, "mine");
        versions.engine->commit(*draft.staging, draft.request, {});
        CHECK(warnings == item.warnings);
    }
}

TEST_CASE("removing versions names their aliases, and keeps them where that is asked for") {
    using Aliases = std::vector<std::pair<std::string, std::string>>;
    struct Case {
        const char* reference;
        Aliases aliases;
        const char* message;
    };
    const std::vector<Case> cases = {
        {"x:v2", {}, ""}, // "latest" only
        {"x:v0", {}, ""},
        {"x:v1", {{"good", "x:v1"}}, "these aliases would go: 'good' of 'x:v1'"},
        {"x:good", {{"good", "x:v1"}}, "with 'x:good' these aliases would go"},
        {"x:*", {{"old", "x:v0"}, {"good", "x:v1"}}, "'old' of 'x:v0', 'good' of 'x:v1'"},
    };
    for (const Case& item : cases) {
        CAPTURE(item.reference);
        const Versions versions;
        Engine& engine = *versions.engine;
        if (item.aliases.size() == 2) {
            engine.set_aliases("x:v0", {"old"}, {});
        }
        const RemoveOptions keep{.keep_aliased = true};
        CHECK(engine.remove(item.reference, {.dry_run = true, .keep_aliased = true}).aliases ==
              item.aliases);
        if (item.aliases.empty()) {
            CHECK(engine.remove(item.reference, keep).versions.size() == 1);
            continue;
        }
        check_throws([&] { engine.remove(item.reference, keep); }, ErrorCode::Conflict,
                     item.message);
        CHECK(engine.log("x").size() == 3);
        CHECK(engine.remove(item.reference, RemoveOptions{}).aliases == item.aliases);
    }
}

} // namespace vitrine::test
