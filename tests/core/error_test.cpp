// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace vitrine {

TEST_CASE("context goes in front of an error, the outermost first") {
    Error error(ErrorCode::InvalidFormat, "expected x, got y");
    error.add_context("reading 'a'");
    error.add_context("opening 'b'");
    CHECK(std::string(error.what()) == "opening 'b': reading 'a': expected x, got y");
    CHECK(error.code() == ErrorCode::InvalidFormat);
}

TEST_CASE("every code has words of its own") {
    std::set<std::string_view> words;
    for (int code = 0; code <= static_cast<int>(ErrorCode::Unsupported); ++code) {
        words.insert(to_string(static_cast<ErrorCode>(code)));
    }
    CHECK(words.size() == static_cast<std::size_t>(ErrorCode::Unsupported) + 1);
    CHECK_FALSE(words.contains("unknown"));
    CHECK(to_string(ErrorCode::NotAStore) == "not_a_store");
}

TEST_CASE("errors of the operating system name the path and tell what is missing") {
    const IoError missing("open", "a/b",
                          std::make_error_code(std::errc::no_such_file_or_directory));
    CHECK(std::string(missing.what()) == "cannot open 'a/b': No such file or directory");
    CHECK(missing.code() == ErrorCode::NotFound);
    const IoError full("write", "a\nb", std::make_error_code(std::errc::no_space_on_device));
    CHECK(std::string(full.what()) == "cannot write 'a\\x0ab': No space left on device");
    CHECK(full.code() == ErrorCode::Io);
    CHECK(full.error_code() == std::errc::no_space_on_device);
    CHECK(full.path() == "a\nb");
}

TEST_CASE("a damaged thing is named with both digests") {
    const DigestMismatch error("object 'x'", "aa", "bb");
    CHECK(std::string(error.what()) == "object 'x' is damaged: expected aa, got bb");
    CHECK(error.code() == ErrorCode::Corruption);
    CHECK(error.expected() == "aa");
    CHECK(error.actual() == "bb");
}

TEST_CASE("quoted text is clean UTF-8 whatever it was") {
    struct Case {
        std::string text;
        std::string expected;
    };
    const Case cases[] = {
        {"", "''"},
        {"a b", "'a b'"},
        {"\xc3\xa9\xf0\x9f\x98\x80", "'\xc3\xa9\xf0\x9f\x98\x80'"},
        {"\x1b[31m\x7f", "'\\x1b[31m\\x7f'"},
        {"\xc2\x9b", "'\\xc2\\x9b'"},
        {"\xff\xc3", "'\\xff\\xc3'"},
        {"\xed\xa0\x80", "'\\xed\\xa0\\x80'"},
        {std::string(200, 'x'), "'" + std::string(200, 'x') + "'"},
        {std::string(201, 'x'), "'" + std::string(200, 'x') + "...'"},
        {std::string(199, 'x') + "\xc3\xa9", "'" + std::string(199, 'x') + "...'"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.expected);
        CHECK(quoted(c.text) == c.expected);
        CHECK(quoted(std::string_view(c.text)) == c.expected);
        CHECK(quoted(std::string(c.text)) == c.expected);
        CHECK(quoted(c.text.c_str()) == c.expected);
    }
}

} // namespace vitrine
