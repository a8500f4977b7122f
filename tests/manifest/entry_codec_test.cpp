// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "manifest/entries.hpp"
#include "manifest/entry_codec.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace vitrine {

using test::check_throws;
using test::make_entry;

TEST_CASE("the fields of an entry are seen where they lie, and make the entry again") {
    for (unsigned variant = 0; variant < 420; ++variant) {
        CAPTURE(variant);
        const Entry entry = make_entry("a/b", variant);
        std::string bytes;
        encode_fields(bytes, entry);
        const EntryFields fields = EntryFields::parse(bytes);
        CHECK(fields.bytes == bytes);
        CHECK_FALSE(fields.is_tombstone);
        CHECK(fields.entry("a/b") == entry);
        CHECK(fields.object_digest() == entry.object);
        CHECK(fields.logical_size() == (entry.object ? entry.object_size : entry.size.value_or(0)));

        Entry untyped = entry;
        untyped.value_type.reset();
        std::string expected;
        encode_fields(expected, untyped);
        std::string content = "before";
        fields.append_content(content);
        CHECK(content == "before" + expected);
    }
    std::string removal;
    encode_tombstone(removal);
    CHECK(EntryFields::parse(removal).is_tombstone);
}

TEST_CASE("bytes that are not the fields of an entry are damage") {
    struct Case {
        std::string_view bytes;
        std::string_view message;
    };
    using namespace std::string_view_literals;
    const Case cases[] = {
        {""sv, "unexpected end of the bytes"},
        {"\x80"sv, "contradict each other"},
        {"\x03"sv, "contradict each other"},
        {"\x41"sv, "contradict each other"},
        {"\x01x"sv, "more bytes than the fields"},
        {"\0"sv, "unexpected end of the bytes"},
        {"\0\x05"
         "abcd"sv,
         "unexpected end of the bytes"},
        {"\0\x01"
         "ab"sv,
         "more bytes than the fields"},
        {"\x04\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"sv, "integer of 64 bits"},
        {"\x02"
         "0123456789"sv,
         "unexpected end of the bytes"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        check_throws([&] { EntryFields::parse(c.bytes); }, ErrorCode::Corruption, c.message);
    }
    // Sound as fields, but no entry of a manifest.
    const EntryFields extra = EntryFields::parse("\x20\0\x01{"sv);
    check_throws([&] { extra.entry("a"); }, ErrorCode::Corruption, "JSON");
    const EntryFields plain = EntryFields::parse("\0\0"sv);
    check_throws([&] { plain.entry("../a"); }, ErrorCode::Corruption, "'..'");
}

} // namespace vitrine
