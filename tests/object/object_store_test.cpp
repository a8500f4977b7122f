// SPDX-License-Identifier: MIT
// What an object store reads must be the object, whether it lies alone or in a pack.
#include <vitrine/core/error.hpp>

#include "object/object_store.hpp"
#include "object/pack_file.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace vitrine::test {

namespace {

namespace fs = std::filesystem;

const std::string kSmall = "a small object";
const std::string kOther = "another one";

/// A store of two objects, both loose or both in one pack.
struct World {
    explicit World(ObjectLocation::Holder holder) : store(folder.path() / "objects", files) {
        std::set<fs::path> changed;
        fs::create_directories(folder.path() / "objects/loose");
        const fs::path staged = folder.path() / "staged";
        if (holder == ObjectLocation::Holder::Loose) {
            for (const std::string& text : {kSmall, kOther}) {
                std::ofstream(staged, std::ios::binary) << text;
                store.publish_loose(staged, sha256_of(text), changed);
            }
            place = {sha256_of(kSmall), kSmall.size(), holder, sha256_of(kSmall), 0};
            path = store.loose_path(place.object);
            return;
        }
        PackWriter writer(*files, staged);
        writer.add(sha256_of(kOther), as_bytes(kOther));
        const std::uint64_t offset = writer.add(sha256_of(kSmall), as_bytes(kSmall));
        const SealedPack sealed = writer.finish();
        store.publish_pack(staged, sealed.name, changed);
        place = {sha256_of(kSmall), kSmall.size(), holder, sealed.name, offset};
        path = store.pack_path(sealed.name);
        CHECK(changed.contains(path.parent_path()));
    }

    TemporaryDirectory folder;
    std::shared_ptr<FileSystem> files = real_file_system();
    ObjectStore store;
    ObjectLocation place;
    fs::path path; ///< of the file that holds it
};

constexpr ObjectLocation::Holder kHolders[] = {ObjectLocation::Holder::Loose,
                                               ObjectLocation::Holder::Pack};

void write_over(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

} // namespace

TEST_CASE("an object is read whole, into memory of the caller's, and as a stream") {
    for (const auto holder : kHolders) {
        CAPTURE(static_cast<int>(holder));
        const World world(holder);
        CHECK(world.store.read(world.place) == kSmall);
        std::string bytes(kSmall.size(), '\0');
        world.store.read(world.place, std::as_writable_bytes(std::span(bytes)));
        CHECK(bytes == kSmall);
        const auto stream = world.store.open(world.place);
        CHECK(std::string(std::istreambuf_iterator<char>(*stream), {}) == kSmall);
        CHECK_NOTHROW(world.store.check(world.place));
        CHECK(world.store.file_of(world.place).has_value() ==
              (holder == ObjectLocation::Holder::Loose));
    }
}

TEST_CASE("an object whose file is damaged, cut off or missing is never taken for right") {
    struct Case {
        const char* name;
        void (*harm)(World&);
        const char* message;
    };
    const std::vector<Case> cases = {
        {"a bit flipped",
         [](World& world) {
             std::string bytes = read_file(world.path);
             bytes[world.place.offset + 1] = static_cast<char>(bytes[world.place.offset + 1] ^ 1);
             write_over(world.path, bytes);
         },
         "is damaged: expected "},
        {"cut off in the object",
         [](World& world) {
             write_over(world.path, read_file(world.path).substr(0, world.place.offset + 3));
         },
         "is damaged: "},
        {"empty", [](World& world) { write_over(world.path, ""); }, "is damaged: "},
        {"missing", [](World& world) { fs::remove(world.path); }, "is missing: it has no file"},
        {"a place beyond the end", [](World& world) { world.place.offset += 1000; },
         "is damaged: "},
    };
    for (const auto holder : kHolders) {
        for (const Case& item : cases) {
            CAPTURE(static_cast<int>(holder));
            CAPTURE(item.name);
            World world(holder);
            item.harm(world);
            if (holder == ObjectLocation::Holder::Loose && world.place.offset > 0) {
                continue; // A loose object is its file: its place has no offset.
            }
            std::string bytes(kSmall.size(), '\0');
            const std::vector<std::function<void()>> ways = {
                [&] { world.store.read(world.place); },
                [&] { world.store.read(world.place, std::as_writable_bytes(std::span(bytes))); },
                [&] { world.store.open(world.place)->drain(); },
                [&] { world.store.check(world.place); },
            };
            for (const auto& way : ways) {
                check_throws(way, ErrorCode::Corruption, item.message);
            }
        }
    }
}

TEST_CASE("a pack that is read stays readable while it is removed, and is gone after that") {
    World world(ObjectLocation::Holder::Pack);
    const auto stream = world.store.open(world.place);
    CHECK(world.store.remove_pack(world.place.file));
    CHECK(std::string(std::istreambuf_iterator<char>(*stream), {}) == kSmall);
    check_throws([&] { world.store.read(world.place); }, ErrorCode::Corruption, "is missing");
    CHECK(!world.store.remove_pack(world.place.file));
}

TEST_CASE("what lies below packs is listed with the names that are names") {
    World world(ObjectLocation::Holder::Pack);
    write_over(world.path.parent_path() / "notes.txt", "not a pack");
    std::size_t named = 0;
    std::size_t others = 0;
    world.store.for_each_pack([&](const fs::path& path, const std::optional<Sha256>& name) {
        named += name == world.place.file && path == world.path ? 1 : 0;
        others += name ? 0 : 1;
    });
    CHECK(named == 1);
    CHECK(others == 1);
}

} // namespace vitrine::test
