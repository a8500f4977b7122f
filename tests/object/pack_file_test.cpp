// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "object/pack_file.hpp"
#include "support/check_throws.hpp"
#include "support/faulty_file_system.hpp"
#include "support/paths.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace vitrine::test {

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kTexts = {"one", "", "three, which is longer", "four"};

SealedPack write_pack(FileSystem& files, const fs::path& path,
                      const std::vector<std::string>& texts) {
    PackWriter writer(files, path);
    for (const std::string& text : texts) {
        writer.add(sha256_of(text), as_bytes(text));
    }
    return writer.finish();
}

std::map<std::string, std::string> contents_of(const fs::path& path) {
    const std::string bytes = read_file(path);
    const PackReader reader(path);
    std::map<std::string, std::string> contents;
    for (const PackItem& item : reader.items()) {
        contents[item.object.hex()] = bytes.substr(item.offset, item.size);
    }
    return contents;
}

std::map<std::string, std::string> expected(const std::vector<std::string>& texts) {
    std::map<std::string, std::string> contents;
    for (const std::string& text : texts) {
        contents[sha256_of(text).hex()] = text;
    }
    return contents;
}

std::string u64(std::uint64_t value) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) {
        bytes.push_back(static_cast<char>(value >> (8 * i)));
    }
    return bytes;
}

std::string raw(const Sha256& digest) {
    return {digest.bytes.begin(), digest.bytes.end()};
}

/// A pack as FORMAT.md says, with an index that the test makes up.
std::string pack_of(const std::string& objects, const std::string& index, std::uint64_t count) {
    const std::string start = "vitrine-pack 1\n" + objects;
    return start + index + u64(start.size()) + u64(count) + raw(sha256_of(index));
}

std::string index_item(const std::string& text, std::uint64_t offset, std::uint64_t size) {
    return raw(sha256_of(text)) + u64(offset) + u64(size);
}

} // namespace

TEST_CASE("a pack gives back what was put in") {
    const TemporaryDirectory folder;
    const fs::path path = folder.path() / "x.pack";
    FileSystem files;
    const SealedPack sealed = write_pack(files, path, kTexts);
    const PackReader reader(path);
    CHECK(reader.name() == sealed.name);
    CHECK(reader.size() == sealed.size);
    CHECK(fs::file_size(path) == sealed.size);
    CHECK(sealed.items == kTexts.size());
    CHECK(contents_of(path) == expected(kTexts));
}

TEST_CASE("objects that exceed the buffer are written as they come, and can be read meanwhile") {
    const TemporaryDirectory folder;
    const fs::path path = folder.path() / "x.pack";
    FileSystem files;
    PackWriter writer(files, path);
    std::vector<std::string> texts;
    for (char c = 'a'; c < 'h'; ++c) {
        texts.emplace_back(kPackBufferBytes / 3, c);
        const std::uint64_t offset = writer.add(sha256_of(texts.back()), as_bytes(texts.back()));
        writer.flush();
        CHECK(read_file(path).substr(offset) == texts.back());
    }
    CHECK(writer.finish().items == texts.size());
    CHECK(contents_of(path) == expected(texts));
    const std::string large(kPackBufferBytes + 1, 'x');
    PackWriter other(files, folder.path() / "y.pack");
    check_throws([&] { other.add(sha256_of(large), as_bytes(large)); }, ErrorCode::InvalidArgument,
                 "is too large for a pack");
}

TEST_CASE("a pack is the bytes that FORMAT.md says") {
    const TemporaryDirectory folder;
    const fs::path path = folder.path() / "x.pack";
    FileSystem files;
    write_pack(files, path, {"two!", "one"});
    // The SHA-256 of "one" begins with 76, that of "two!" with a9.
    CHECK(read_file(path) ==
          pack_of("two!one", index_item("one", 19, 3) + index_item("two!", 15, 4), 2));
    // The same bytes, frozen.
    CHECK(read_file(path) == read_file(test_data_dir() / "packs/two.pack"));
    CHECK(contents_of(test_data_dir() / "packs/two.pack") == expected({"one", "two!"}));
}

TEST_CASE("a pack that is not whole is refused by name") {
    const std::string good =
        pack_of("two!one", index_item("one", 19, 3) + index_item("two!", 15, 4), 2);
    struct Case {
        const char* name;
        std::string bytes;
        ErrorCode code;
        const char* message;
    };
    const auto changed = [&](std::size_t at) {
        std::string bytes = good;
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        return bytes;
    };
    const std::vector<Case> cases = {
        {"empty", "", ErrorCode::Corruption, "at its start, got ''"},
        {"only the first line", "vitrine-pack 1\n", ErrorCode::Corruption,
         "unexpected end of the file"},
        {"cut off", good.substr(0, good.size() - 1), ErrorCode::Corruption,
         "its index does not fit the file"},
        {"newer", "vitrine-pack 2\n" + good.substr(15), ErrorCode::Unsupported,
         "has a format that is newer"},
        {"something else", "not a pack, but long enough to be one, if it had a footer at the end",
         ErrorCode::Corruption, "expected 'vitrine-pack 1"},
        {"index changed", changed(15 + 7), ErrorCode::Corruption, "its index has another checksum"},
        {"offset of the index changed", changed(good.size() - 48), ErrorCode::Corruption,
         "its index does not fit the file"},
        {"number of items changed", changed(good.size() - 40), ErrorCode::Corruption,
         "its index does not fit the file"},
        {"checksum changed", changed(good.size() - 1), ErrorCode::Corruption,
         "its index has another checksum"},
        {"too many items", pack_of("one", index_item("one", 15, 3), UINT64_MAX),
         ErrorCode::Corruption, "its index does not fit the file"},
        {"object in front", pack_of("one", index_item("one", 14, 3), 1), ErrorCode::Corruption,
         "is not between the first line and the index"},
        {"object behind", pack_of("one", index_item("one", 15, 4), 1), ErrorCode::Corruption,
         "is not between the first line and the index"},
        {"size that overflows", pack_of("one", index_item("one", 16, UINT64_MAX - 8), 1),
         ErrorCode::Corruption, "is not between the first line and the index"},
        {"twice", pack_of("one", index_item("one", 15, 3) + index_item("one", 15, 3), 2),
         ErrorCode::Corruption, "its objects are not in order"},
        {"out of order",
         pack_of("two!one", index_item("two!", 15, 4) + index_item("one", 19, 3), 2),
         ErrorCode::Corruption, "its objects are not in order"},
    };
    const TemporaryDirectory folder;
    for (const Case& item : cases) {
        CAPTURE(item.name);
        const fs::path path = folder.path() / "bad.pack";
        std::ofstream(path, std::ios::binary) << item.bytes;
        check_throws([&] { PackReader reader(path); }, item.code, item.message);
        check_throws([&] { PackReader reader(path); }, item.code, "bad.pack");
    }
}

TEST_CASE("a pack whose write fails at any step can be written on") {
    for (std::size_t step = 0; step < 20; ++step) {
        CAPTURE(step);
        const TemporaryDirectory folder;
        const fs::path path = folder.path() / "x.pack";
        FaultyFileSystem files;
        files.fail_at(step, Fault::Once);
        PackWriter writer(files, path);
        const auto again = [&](const std::function<void()>& action) {
            try {
                action();
            } catch (const IoError&) {
                CHECK(files.has_failed());
                action();
            }
        };
        std::vector<std::string> texts;
        for (char c = 'a'; c < 'e'; ++c) {
            texts.emplace_back(kPackBufferBytes / 2, c);
            again([&] { writer.add(sha256_of(texts.back()), as_bytes(texts.back())); });
        }
        SealedPack sealed;
        again([&] { sealed = writer.finish(); });
        CHECK(sealed.size == fs::file_size(path));
        CHECK(contents_of(path) == expected(texts));
        if (!files.has_failed()) {
            return;
        }
    }
    FAIL("it never came to an end");
}

} // namespace vitrine::test
