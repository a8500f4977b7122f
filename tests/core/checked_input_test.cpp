// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/checked_input.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <string>

namespace vitrine {

namespace {

using test::check_throws;

/// A file with these bytes in a folder of its own.
class FileOf {
public:
    explicit FileOf(const std::string& bytes) {
        write_file_atomically(*real_file_system(), path(), bytes, false);
    }
    std::filesystem::path path() const { return folder_.path() / "file"; }

private:
    TemporaryDirectory folder_;
};

std::string read_all(std::istream& in) {
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("a checked stream gives the bytes of the file, whatever their number") {
    for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 1000000U}) {
        CAPTURE(size);
        std::string bytes(size, 'x');
        for (std::size_t i = 0; i < size; i += 7) {
            bytes[i] = static_cast<char>(i);
        }
        const FileOf file(bytes);
        const Digests digests = digests_of(bytes);
        for (const ExpectedDigest& expected :
             {ExpectedDigest(), ExpectedDigest(digests.sha256), ExpectedDigest(digests.md5)}) {
            CheckedInput by_pieces(file.path(), expected, "it");
            CHECK(read_all(by_pieces) == bytes);
            CheckedInput at_once(file.path(), expected, "it");
            std::string read(size + 10, '\0');
            at_once.read(read.data(), static_cast<std::streamsize>(read.size()));
            CHECK(static_cast<std::size_t>(at_once.gcount()) == size);
            CHECK(read.substr(0, size) == bytes);
        }
    }
}

TEST_CASE("a checked stream throws where other bytes end") {
    const FileOf file(std::string(100000, 'a'));
    struct Case {
        ExpectedDigest expected;
        std::string digest;
    };
    const Digests other = digests_of(std::string_view("b"));
    const Case cases[] = {{other.sha256, other.sha256.hex()}, {other.md5, other.md5.base64()}};
    for (const Case& c : cases) {
        CheckedInput in(file.path(), c.expected, "file 'f'");
        std::string half(50000, '\0');
        in.read(half.data(), 50000);
        CHECK(half == std::string(50000, 'a'));
        check_throws([&] { read_all(in); }, ErrorCode::Corruption, "file 'f'");
        CheckedInput again(file.path(), c.expected, "file 'f'");
        check_throws([&] { again.drain(); }, ErrorCode::Corruption, c.digest);
    }
}

TEST_CASE("draining a checked stream of the right bytes throws nothing") {
    const FileOf file("some bytes");
    CheckedInput in(file.path(), sha256_of(std::string_view("some bytes")), "it");
    CHECK(in.get() == 's');
    CHECK_NOTHROW(in.drain());
    CHECK_NOTHROW(in.drain());
    check_throws([] { CheckedInput("/nowhere/at/all", {}, "it"); }, ErrorCode::NotFound,
                 "/nowhere/at/all");
}

} // namespace vitrine
