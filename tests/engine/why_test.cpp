// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "engine/store/open_store.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace vitrine::test {

namespace {

/// A line for each referrer: "x:v0 a b", "y:v0 (x:v0) a"; "..." if there are more paths.
std::vector<std::string> referrers_of(const Explanation& explanation) {
    std::vector<std::string> lines;
    for (const Referrer& referrer : explanation.referrers) {
        std::string line = referrer.version;
        line += referrer.source ? " (" + *referrer.source + ")" : "";
        for (const std::string& path : referrer.paths) {
            line += " " + path;
        }
        lines.push_back(line + (referrer.more ? " ..." : ""));
    }
    return lines;
}

using Lines = std::vector<std::string>;

/// The row of a version's manifest.
ManifestRow manifest_of(const StoreFolder& folder, const OpenVersion& version) {
    OpenStore store(StoreLayout{folder.root()}, {});
    return require_manifest(*store.reads, version.record().content);
}

} // namespace

TEST_CASE("the versions and entries that reference an object are found") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const auto first = commit_files(*engine, "x", {{"a", "one"}, {"b", "two"}, {"c/d", "one"}});
    commit_files(*engine, "x", {{"a", "changed"}, {"b", "two"}, {"c/d", "one"}});
    commit_files(*engine, "x", {{"b", "two"}, {"e", "three"}});
    const auto draft = engine->new_draft(nullptr);
    const Entry entry = refer(*draft, "picked", first, "a");
    engine->commit(*draft, request_of("y", {entry}), {});

    const std::string one = sha256_of("one").hex();
    const Explanation explanation = engine->explain(one, {});
    CHECK(explanation.kind == Explanation::Kind::Object);
    CHECK(explanation.digest == one);
    CHECK(explanation.bytes == 3);
    CHECK(std::filesystem::exists(folder.root() / explanation.file));
    CHECK_FALSE(explanation.damaged);
    CHECK_FALSE(explanation.mark);
    CHECK(referrers_of(explanation) ==
          Lines{"x:v0 a c/d", "x:v1 c/d", "y:v0 picked", "y:v0 (x:v0) a"});
    CHECK(referrers_of(engine->explain(sha256_of("two").hex(), {})) ==
          Lines{"x:v0 b", "x:v1 b", "x:v2 b"});

    // The first digits are enough, in upper or lower case.
    std::string upper = one.substr(0, 8);
    for (char& c : upper) {
        c = static_cast<char>(std::toupper(c));
    }
    CHECK(engine->explain(one.substr(0, 8), {}).digest == one);
    CHECK(engine->explain(upper, {}).digest == one);

    // Removed versions do not count; dependencies do.
    engine->remove("x:*", false);
    CHECK(referrers_of(engine->explain(one, {})) == Lines{"y:v0 picked", "y:v0 (x:v0) a"});
    CHECK(referrers_of(engine->explain(sha256_of("two").hex(), {})).empty());
}

TEST_CASE("referrers of manifests and segments are found") {
    const StoreFolder folder;
    const auto engine = folder.open();
    Contents contents;
    for (int i = 0; i < 20; ++i) {
        contents["f" + std::to_string(i)] = "bytes " + std::to_string(i);
    }
    const auto first = commit_files(*engine, "x", contents);
    contents["f3"] = "changed";
    const auto second = commit_files(*engine, "x", contents);
    const ManifestRow row = manifest_of(folder, *second);
    REQUIRE(row.segments.size() == 2);
    const Explanation newer = engine->explain(row.segments[0].hex(), {});
    CHECK(newer.kind == Explanation::Kind::Segment);
    CHECK(referrers_of(newer) == Lines{"x:v1"});
    CHECK(referrers_of(engine->explain(row.segments[1].hex(), {})) == Lines{"x:v0", "x:v1"});
    for (const Sha256& digest : {row.file.name, row.content}) {
        const Explanation manifest = engine->explain(digest.hex(), {});
        CHECK(manifest.kind == Explanation::Kind::Manifest);
        CHECK(manifest.digest == row.file.name.hex());
        CHECK(std::filesystem::exists(folder.root() / manifest.file));
        CHECK(referrers_of(manifest) == Lines{"x:v1"});
    }
}

TEST_CASE("without referrers, the mark and the readers that delay deletion are found") {
    const StoreFolder folder;
    const auto engine = folder.open();
    auto reader = commit_files(*engine, "x", {{"a", "alone"}});
    const std::string digest = sha256_of("alone").hex();
    engine->remove("x:*", false);
    const Explanation removed = engine->explain(digest, {});
    CHECK(removed.referrers.empty());
    CHECK_FALSE(removed.mark);
    engine->gc({});
    const Explanation waiting = engine->explain(digest, {});
    CHECK(waiting.referrers.empty());
    CHECK(waiting.mark == reader->lease_epoch() + 1);
    CHECK(waiting.readers == 1);
    reader.reset();
    const Explanation free = engine->explain(digest, {});
    CHECK(free.mark == waiting.mark);
    CHECK(free.readers == 0);
    engine->gc({});
    check_throws([&] { engine->explain(digest, {}); }, ErrorCode::NotFound, digest);
}

TEST_CASE("at most 100 paths of a referrer are listed") {
    const StoreFolder folder;
    const auto engine = folder.open();
    Contents contents;
    for (int i = 1000; i < 1150; ++i) {
        contents["f" + std::to_string(i)] = "the same";
    }
    commit_files(*engine, "x", contents);
    const Explanation explanation = engine->explain(sha256_of("the same").hex(), {});
    REQUIRE(explanation.referrers.size() == 1);
    CHECK(explanation.referrers[0].paths.size() == 100);
    CHECK(explanation.referrers[0].paths[7] == "f1007");
    CHECK(explanation.referrers[0].more);
}

TEST_CASE("text that is not a digest, or the prefix of several, is refused") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "one"}});
    // Enough objects that two of them begin with the same four digits.
    Contents many;
    std::map<std::string, int> prefixes;
    std::string shared;
    for (int i = 0; shared.empty(); ++i) {
        const std::string bytes = "bytes " + std::to_string(i);
        many["f" + std::to_string(i)] = bytes;
        const std::string prefix = sha256_of(bytes).hex().substr(0, 4);
        if (++prefixes[prefix] == 2) {
            shared = prefix;
        }
    }
    commit_files(*engine, "many", many);
    const std::string one = sha256_of("one").hex();
    struct Case {
        std::string digest;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {"", ErrorCode::InvalidArgument, "expected 4 to 64 hex digits, got ''"},
        {"abc", ErrorCode::InvalidArgument, "expected 4 to 64 hex digits, got 'abc'"},
        {one + "0", ErrorCode::InvalidArgument, "expected 4 to 64 hex digits"},
        {"wxyz", ErrorCode::InvalidArgument, "got 'wxyz'"},
        {"12 4", ErrorCode::InvalidArgument, "got '12 4'"},
        {"x:v0", ErrorCode::InvalidArgument, "got 'x:v0'"},
        {std::string(64, '0'), ErrorCode::NotFound, "no object, manifest or pack"},
        {std::string(64, 'f'), ErrorCode::NotFound, "no object, manifest or pack"},
        {one.substr(0, 63) + (one.back() == '0' ? "1" : "0"), ErrorCode::NotFound,
         one.substr(0, 63)},
        {shared, ErrorCode::InvalidArgument, "is the beginning of several digests: '" + shared},
    };
    for (const Case& test : cases) {
        CAPTURE(test.digest);
        check_throws([&] { engine->explain(test.digest, {}); }, test.code, test.message);
    }
}

} // namespace vitrine::test
