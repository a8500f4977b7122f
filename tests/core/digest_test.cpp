// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/md5_multibuffer.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace vitrine {

using test::check_throws;

TEST_CASE("SHA-256 gives the known answers of FIPS 180") {
    // The examples of FIPS 180-2, appendix B (the same in NIST's "SHA256.pdf" examples).
    struct Case {
        std::string message;
        std::string_view digest;
    };
    const Case cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'),
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.digest);
        const Digests digests = digests_of(c.message);
        CHECK(digests.sha256.hex() == c.digest);
        CHECK(digests.size == c.message.size());
        CHECK(sha256_of(c.message) == digests.sha256);
    }
}

TEST_CASE("MD5 gives the known answers of RFC 1321") {
    // RFC 1321, appendix A.5.
    struct Case {
        std::string_view message;
        std::string_view digest;
    };
    const Case cases[] = {
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"a", "0cc175b9c0f1b6a831c399e269772661"},
        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
         "d174ab98d277d9f5a5611c2c9f419d9f"},
        {"1234567890123456789012345678901234567890123456789012345678901234567890123456789"
         "0",
         "57edf4a22be3c955ac49da2e2107b67a"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        CHECK(digests_of(c.message).md5.hex() == c.digest);
    }
    CHECK(digests_of(std::string_view()).md5.base64() == "1B2M2Y8AsgTpgAmY7PhCfg==");
}

TEST_CASE("a hasher gives the same for any pieces, and again after a reset") {
    std::string data;
    std::mt19937 random(7);
    while (data.size() < 200'000) {
        data.push_back(static_cast<char>(random()));
    }
    const Digests whole = digests_of(data);
    Hasher hasher;
    for (const std::size_t piece : {1UL, 63UL, 64UL, 4096UL, 32768UL, 100'000UL, 200'000UL}) {
        CAPTURE(piece);
        for (std::size_t offset = 0; offset < data.size(); offset += piece) {
            hasher.update(std::string_view(data).substr(offset, piece));
        }
        CHECK(hasher.finish() == whole);
        hasher.reset();
    }
    hasher.update("abc");
    Hasher moved = std::move(hasher);
    CHECK(moved.finish() == digests_of(std::string_view("abc")));
}

TEST_CASE("a hasher computes only what it is asked for") {
    const Digests both = digests_of(std::string_view("abc"));
    for (const Hash which : {Hash::Sha256, Hash::Md5}) {
        Hasher hasher(which);
        hasher.update("abc");
        const Digests digests = hasher.finish();
        CHECK(digests.size == 3);
        CHECK(digests.sha256 == (which == Hash::Sha256 ? both.sha256 : Sha256{}));
        CHECK(digests.md5 == (which == Hash::Md5 ? both.md5 : Md5{}));
    }
}

TEST_CASE("digests may be computed on many threads at once") {
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&wrong, t] {
            const std::string data(t * 1000, 'x');
            const Digests expected = digests_of(data);
            for (int i = 0; i < 200; ++i) {
                wrong[t] += digests_of(data) == expected ? 0 : 1;
                wrong[t] += digests_of(std::string_view()).size == 0 ? 0 : 1;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("the digests of several strings are those of each") {
    std::mt19937 random(11);
    std::string bytes(70'000, '\0');
    for (char& c : bytes) {
        c = static_cast<char>(random());
    }
    const auto check = [&](const std::vector<std::string_view>& strings) {
        CAPTURE(strings.size());
        std::vector<std::span<const std::byte>> data;
        for (const std::string_view string : strings) {
            data.push_back(as_bytes(string));
        }
        const std::vector<Digests> all = digests_of_each(data);
        const std::vector<Md5> md5 = md5_of_each(data);
        REQUIRE(all.size() == strings.size());
        REQUIRE(md5.size() == strings.size());
        for (std::size_t i = 0; i < strings.size(); ++i) {
            CAPTURE(strings[i].size());
            const Digests alone = digests_of(strings[i]);
            CHECK(all[i] == alone);
            CHECK(md5[i] == alone.md5);
        }
    };
    SUBCASE("of every length about the ends of blocks") {
        std::vector<std::string_view> strings;
        for (std::size_t size = 0; size <= 260; ++size) {
            strings.push_back(std::string_view(bytes).substr(size, size));
        }
        check(strings);
    }
    SUBCASE("fewer, as many, and more than there are lanes") {
        for (const std::size_t count : {0, 1, 2, 3, 15, 16, 17, 33, 100}) {
            std::vector<std::string_view> strings;
            for (std::size_t i = 0; i < count; ++i) {
                strings.push_back(std::string_view(bytes).substr(random() % 1000, random() % 5000));
            }
            check(strings);
        }
    }
    SUBCASE("a long one among short and empty ones") {
        check({"", "a", bytes, "", "bc", std::string_view(bytes).substr(1)});
    }
}

TEST_CASE("the digests of a file are those of its bytes") {
    const TemporaryDirectory folder;
    for (const std::size_t size : {0UL, 1UL, 262'143UL, 262'144UL, 262'145UL, 1'000'000UL}) {
        CAPTURE(size);
        const auto path = folder.path() / std::to_string(size);
        const std::string data(size, 'q');
        write_file_atomically(*real_file_system(), path, data, false);
        CHECK(digests_of_file(path) == digests_of(data));
        CHECK(sha256_of_file(path) == sha256_of(data));
    }
    check_throws([&] { digests_of_file(folder.path() / "none"); }, ErrorCode::NotFound,
                 "cannot open '");
    check_throws([&] { digests_of_file(folder.path()); }, ErrorCode::Io, "cannot read '");
}

TEST_CASE("base64 gives the known answers of RFC 4648") {
    // RFC 4648, section 10.
    struct Case {
        std::string_view bytes;
        std::string_view text;
    };
    const Case cases[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff", "+/8="},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(render_base64(c.bytes) == c.text);
        CHECK(parse_base64(c.text) == c.bytes);
    }
}

TEST_CASE("base64 and hex of any bytes read back") {
    std::mt19937 random(3);
    for (std::size_t size = 0; size < 200; ++size) {
        std::string bytes;
        while (bytes.size() < size) {
            bytes.push_back(static_cast<char>(random()));
        }
        CHECK(parse_base64(render_base64(bytes)) == bytes);
        CHECK(parse_hex(render_hex(bytes)) == bytes);
    }
    const std::string large(10'000'001, '\x5a');
    CHECK(parse_base64(render_base64(large)) == large);
}

TEST_CASE("only canonical base64 is read") {
    for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg==Zg==", "=Zg=", "Zm 9v",
                             "Zm9v\n", "Zm-_", "Zm9v====", "====", "\xc3\xa9\xc3\xa9"}) {
        CAPTURE(text);
        check_throws([&] { parse_base64(text); }, ErrorCode::InvalidFormat,
                     "expected padded base64, got '");
    }
}

TEST_CASE("only whole hex is read") {
    CHECK(parse_hex("00fFAb") == std::string("\x00\xff\xab", 3));
    for (const char* text : {"0", "0g", "0x", " 0", "00 ", "-1"}) {
        CAPTURE(text);
        check_throws([&] { parse_hex(text); }, ErrorCode::InvalidFormat,
                     "expected an even number of hex digits, got '");
    }
}

TEST_CASE("digests are read from their text and from nothing else") {
    const Digests digests = digests_of(std::string_view("abc"));
    CHECK(Sha256::parse_hex(digests.sha256.hex()) == digests.sha256);
    CHECK(Md5::parse_base64(digests.md5.base64()) == digests.md5);
    const std::string hex = digests.sha256.hex();
    const std::string upper = "BA" + hex.substr(2);
    for (const std::string& text :
         {std::string(), hex.substr(2), hex + "00", upper, hex.substr(1) + "g"}) {
        CAPTURE(text);
        check_throws([&] { Sha256::parse_hex(text); }, ErrorCode::InvalidFormat,
                     "expected a SHA-256 of 64 lower-case hex digits, got '");
    }
    for (const char* text : {"", "1B2M2Y8AsgTpgAmY7PhCfg", "1B2M2Y8AsgTpgAmY7PhCfgAA",
                             "1B2M2Y8AsgTpgAmY7PhCfgA=", "etag-of-twenty-four-char"}) {
        CAPTURE(text);
        check_throws([&] { Md5::parse_base64(text); }, ErrorCode::InvalidFormat, "expected ");
    }
}

} // namespace vitrine
