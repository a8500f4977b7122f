// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "manifest/entries.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace vitrine {

using test::check_throws;
using test::collect;
using test::make_entry;
using test::paths_of;

using Paths = std::vector<std::string>;

TEST_CASE("a manifest sorts its entries by bytes and finds each") {
    std::vector<Entry> entries;
    for (const char* path :
         {"b", "a/b", "a-b", "\xf0\x9f\x98\x80", "a", "Z", "\xef\xbf\xbf", "a/"}) {
        entries.push_back(make_entry(path, 3));
    }
    const Manifest manifest(entries);
    CHECK(manifest.size() == entries.size());
    CHECK(paths_of(manifest.entries()) ==
          Paths{"Z", "a", "a-b", "a/", "a/b", "b", "\xef\xbf\xbf", "\xf0\x9f\x98\x80"});
    for (const Entry& entry : entries) {
        CHECK(manifest.find(entry.path.str()) == entry);
        CHECK(manifest.contains(entry.path.str()));
    }
    for (const char* path : {"", "c", "a/c", "A"}) {
        CHECK_FALSE(manifest.contains(path));
    }
}

TEST_CASE("entries of a folder are itself and what lies below, also where others lie between") {
    std::vector<Entry> entries;
    for (const char* path : {"a", "a-b", "a/x", "a//y", "a/b/z", "a0", "b/a"}) {
        entries.push_back(make_entry(path, 1));
    }
    const Manifest manifest(entries);
    struct Case {
        const char* folder;
        Paths expected;
    };
    const Case cases[] = {
        {"", {"a", "a-b", "a//y", "a/b/z", "a/x", "a0", "b/a"}},
        {"a", {"a", "a//y", "a/b/z", "a/x"}},
        {"a/", {"a", "a//y", "a/b/z", "a/x"}},
        {"a/b", {"a/b/z"}},
        {"a/b/z", {"a/b/z"}},
        {"b", {"b/a"}},
        {"a-", {}},
        {"c", {}},
        {"/", {"a", "a-b", "a//y", "a/b/z", "a/x", "a0", "b/a"}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.folder);
        CHECK(paths_of(manifest.entries(c.folder)) == c.expected);
    }
}

TEST_CASE("a range of entries lives on its own") {
    std::optional<EntryRange> range;
    {
        const Manifest manifest({make_entry("a", 1), make_entry("b", 2)});
        range = manifest.entries();
    }
    CHECK(paths_of(std::move(*range)) == Paths{"a", "b"});
}

TEST_CASE("a path may be in a manifest once") {
    check_throws(
        [] {
            Manifest({make_entry("a", 1), make_entry("b", 1), make_entry("a", 2)});
        },
        ErrorCode::InvalidArgument, "path 'a' appears twice");
}

TEST_CASE("the digest of a manifest is W&B's") {
    CHECK(Manifest().digest() == "64e7c61456b10382e2f3b571ac24b659");
    Entry hello{.path = EntryPath("file1.txt")};
    hello.digest = digests_of(std::string_view("hello")).md5.base64();
    CHECK(Manifest({hello}).digest() == "a00c2239f036fb656c1dcbf9a32d89b4");
    hello.size = 5;
    hello.ref = "file://file1.txt";
    hello.extra = {{"etag", "x"}};
    CHECK(Manifest({hello}).digest() == "a00c2239f036fb656c1dcbf9a32d89b4");
}

} // namespace vitrine
