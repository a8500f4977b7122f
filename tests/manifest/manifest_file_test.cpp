// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "manifest/manifest_file.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace vitrine {

using test::check_throws;

namespace {

ManifestFile sample() {
    ManifestFile file;
    file.content = sha256_of(std::string_view("content"));
    file.entries = 12;
    file.segments = {{sha256_of(std::string_view("new")), 100, 3},
                     {sha256_of(std::string_view("old")), 2000, 11}};
    return file;
}

} // namespace

TEST_CASE("a manifest file reads back as it was, and its bytes are frozen") {
    CHECK(ManifestFile::parse(sample().render()) == sample());
    CHECK(ManifestFile::parse(ManifestFile().render()) == ManifestFile());
    CHECK(ManifestFile().render() ==
          R"({"content": "0000000000000000000000000000000000000000000000000000000000000000", )"
          R"("entries": 0, "format": 1, "runs": []})");
}

TEST_CASE("what is not a manifest file is refused with its place") {
    struct Case {
        std::string_view find;
        std::string_view replace;
        ErrorCode code;
        std::string_view message;
    };
    const std::string text = sample().render();
    const Case cases[] = {
        {text, "", ErrorCode::InvalidFormat, "invalid JSON at line 1 column 1"},
        {text, "[]", ErrorCode::InvalidFormat, "expected an object with a member 'format'"},
        {"\"format\": 1, ", "", ErrorCode::InvalidFormat, "a member 'format'"},
        {"\"format\": 1", "\"format\": 2", ErrorCode::Unsupported, "format 2, which is newer"},
        {"\"format\": 1", "\"format\": 0", ErrorCode::InvalidFormat, "at '/format': expected 1"},
        {"\"format\": 1", "\"format\": \"1\"", ErrorCode::InvalidFormat, "at '/format'"},
        {"\"format\": 1", "\"format\": 1, \"x\": 1", ErrorCode::InvalidFormat, "4 members, got 5"},
        {"\"content\": \"", "\"content\": \"x", ErrorCode::InvalidFormat,
         "at '/content': expected a SHA-256"},
        {"\"content\": ", "\"contents\": ", ErrorCode::InvalidFormat,
         "expected a member 'content', got none"},
        {"\"entries\": 12", "\"entries\": -1", ErrorCode::InvalidFormat, "at '/entries'"},
        {"\"entries\": 12", "\"entries\": 1.0", ErrorCode::InvalidFormat, "at '/entries'"},
        {"\"items\": 11", "\"items\": null", ErrorCode::InvalidFormat, "at '/runs/1/items'"},
        {"\"size\": 2000", "\"sizes\": 2000", ErrorCode::InvalidFormat,
         "at '/runs/1': expected a member 'size', got none"},
        {"\"object\": \"", "\"object\": 7, \"y\": \"", ErrorCode::InvalidFormat,
         "at '/runs/0': expected 3 members, got 4"},
        {"\"runs\": [", "\"runs\": [3, ", ErrorCode::InvalidFormat,
         "at '/runs/0': expected an object, got number"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        std::string changed = text;
        const std::size_t at = changed.find(c.find);
        REQUIRE(at != std::string::npos);
        changed.replace(at, c.find.size(), c.replace);
        check_throws([&] { ManifestFile::parse(changed); }, c.code, c.message);
    }
}

} // namespace vitrine
