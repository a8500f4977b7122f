// SPDX-License-Identifier: MIT
// When segments are merged: the rule, and its effect on disk.
#include "engine/commit/compaction.hpp"
#include "engine/engine_fixture.hpp"
#include "manifest/item_table.hpp"
#include "manifest/segment_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace vitrine {

namespace fs = std::filesystem;
using test::StoreFolder;

namespace {

constexpr int kEntries = 20000;
constexpr int kVersions = 100;
constexpr int kChanged = kEntries / 100;

std::string path_of(int number) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "images/%02d/%06d.jpg", number / 1000, number);
    return text.data();
}

Entry reference(int number, unsigned variant) {
    const std::string path = path_of(number);
    Entry entry{.path = EntryPath(path)};
    entry.digest = digests_of(path + std::to_string(variant)).md5.hex();
    entry.ref = "s3://bucket/" + path;
    entry.size = 20000 + variant;
    return entry;
}

/// The size of all files of the store except `vitrine.json` and locks. The store must be closed.
std::uint64_t bytes_of(const fs::path& root) {
    std::uint64_t bytes = 0;
    for (const auto& file : fs::recursive_directory_iterator(root)) {
        if (file.is_regular_file()) {
            bytes += file.file_size();
        }
    }
    return bytes;
}

std::shared_ptr<const OpenVersion> commit_first(Engine& engine) {
    std::vector<Entry> entries;
    for (int i = 0; i < kEntries; ++i) {
        entries.push_back(reference(i, 0));
    }
    const auto draft = engine.new_draft(nullptr);
    return engine.commit(*draft, test::request_of("refs", std::move(entries)), {});
}

/// Makes a version with 1 % of the entries changed, at random places.
std::shared_ptr<const OpenVersion> commit_next(Engine& engine, std::mt19937& random,
                                               unsigned variant) {
    const auto base = engine.open_version("refs");
    auto changes = std::make_shared<ItemTable>();
    while (changes->items() < kChanged) {
        const int number = static_cast<int>(random() % kEntries);
        std::string fields;
        encode_fields(fields, reference(number, variant));
        changes->put(path_of(number), fields);
    }
    Layers layers = layers_of(base->manifest());
    layers.insert(layers.begin(), changes);
    CommitRequest request = test::request_of("refs", {});
    request.manifest = manifest_of_layers(std::move(layers), kEntries);
    request.base = base;
    const auto draft = engine.new_draft(base);
    return engine.commit(*draft, request, {});
}

std::uint64_t blocks_read(const Layers& layers) {
    std::uint64_t blocks = 0;
    for (const auto& layer : layers) {
        blocks += dynamic_cast<const SegmentReader&>(*layer).blocks_read();
    }
    return blocks;
}

} // namespace

TEST_CASE("segments merge while the next older one is less than twice the newer ones") {
    constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
    struct Case {
        const char* what;
        std::vector<std::uint64_t> sizes; ///< newest first
        std::size_t count;
    };
    const Case cases[] = {
        {"the first segment", {kMiB}, 1},
        {"no more than a half of the bulk", {50, 100}, 1},
        {"more than a half", {51, 100}, 2},
        {"more than a half together", {20 * kMiB, 31 * kMiB, 100 * kMiB}, 3},
        {"a larger one stays", {kMiB, 2 * kMiB, 100 * kMiB}, 1},
        {"a smaller one merges", {kMiB, 2 * kMiB - 1, 100 * kMiB}, 2},
        {"what has merged meets the next", {kMiB, kMiB, 3 * kMiB, 10 * kMiB, 100 * kMiB}, 3},
        {"up to the bulk", {kMiB, kMiB, kMiB, kMiB, 100 * kMiB}, 4},
        {"a large one swallows smaller ones", {9 * kMiB, 1, kMiB, 17 * kMiB, 100 * kMiB}, 4},
        {"below a block size does not count", {100, 8000, 100 * kMiB}, 2},
        {"a block is a block", {100, 16384, 100 * kMiB}, 1},
        {"an empty bulk", {kMiB, 0}, 2},
        {"nothing", {}, 0},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        CHECK(segments_to_merge(c.sizes) == c.count);
    }
}

TEST_CASE("segments stay few, whatever the versions change") {
    constexpr std::uint64_t kBulk = 100'000'000;
    std::mt19937 random(1);
    for (const std::uint64_t largest : {200, 20'000, 2'000'000}) {
        CAPTURE(largest);
        std::vector<std::uint64_t> sizes{kBulk};
        std::size_t most = 0;
        for (int version = 0; version < 20'000; ++version) {
            sizes.insert(sizes.begin(), 100 + random() % largest);
            const auto count = static_cast<std::ptrdiff_t>(segments_to_merge(sizes));
            std::uint64_t merged = 0;
            std::for_each(sizes.begin(), sizes.begin() + count,
                          [&](std::uint64_t size) { merged += size; });
            const bool all = count == std::ssize(sizes);
            sizes.erase(sizes.begin(), sizes.begin() + count);
            sizes.insert(sizes.begin(), all ? kBulk : merged);
            most = std::max(most, sizes.size());
        }
        CHECK(most <= 15); // log2 of half the bulk in blocks, and the bulk
    }
}

TEST_CASE("a version costs only its changes, and a hundred of them are still quick to read") {
    const StoreFolder folder;
    commit_first(*folder.open());
    const std::uint64_t empty = [] {
        const StoreFolder other;
        return bytes_of(other.root());
    }();
    const std::uint64_t first = bytes_of(folder.root()) - empty;

    std::mt19937 random(17);
    std::size_t segments = 1;
    std::size_t most_segments = 1;
    std::uint64_t before = empty + first;
    int unmerged = 0;
    for (unsigned version = 1; version <= kVersions; ++version) {
        CAPTURE(version);
        std::size_t now = 0;
        {
            const auto engine = folder.open();
            now = layers_of(commit_next(*engine, random, version)->manifest()).size();
        }
        const std::uint64_t after = bytes_of(folder.root());
        if (now == segments + 1) {
            ++unmerged;
            CHECK((after - before) * 100 <= first * 2);
        }
        segments = now;
        most_segments = std::max(most_segments, segments);
        before = after;
    }
    const double growth = static_cast<double>(before - empty - first) / kVersions;
    MESSAGE("bytes of the first version: ", first,
            ", growth on average: ", 100 * growth / static_cast<double>(first),
            " %, segments at most: ", most_segments);
    CHECK(unmerged >= 10);
    CHECK(growth <= static_cast<double>(first) * 0.08);
    CHECK(most_segments <= 7);

    const auto engine = folder.open();
    const auto last = engine->open_version("refs");
    const auto fresh = engine->open_version("refs:v0");
    const Layers layers = layers_of(last->manifest());
    CHECK(last->manifest().size() == kEntries);
    // A walk of all entries reads at most half as much again, since the bulk is rewritten then.
    const std::uint64_t opened = blocks_read(layers);
    CHECK(last->manifest().digest() == last->record().digest);
    CHECK(fresh->manifest().digest() == fresh->record().digest);
    const std::uint64_t walked = blocks_read(layers) - opened;
    const std::uint64_t walked_fresh = blocks_read(layers_of(fresh->manifest()));
    CHECK(walked * 2 <= walked_fresh * 4);
    // A lookup reads at most one block of each segment.
    const std::uint64_t at_first = blocks_read(layers);
    CHECK(last->manifest().contains(path_of(4711)));
    CHECK(blocks_read(layers) - at_first <= layers.size());
}

TEST_CASE("tombstones survive merges, and are dropped when the bulk is rewritten") {
    const StoreFolder folder;
    const auto engine = folder.open();
    test::Contents contents;
    for (int i = 0; i < 600; ++i) {
        contents["f" + std::to_string(i)] = "some bytes";
    }
    test::commit_files(*engine, "files", contents);
    std::mt19937 random(23);
    for (int version = 0; version < 40; ++version) {
        CAPTURE(version);
        for (int i = 0; i < 12; ++i) {
            const std::string path = "f" + std::to_string(random() % 600);
            if (random() % 2 == 0) {
                contents.erase(path);
            } else {
                contents[path] = "bytes of " + std::to_string(version);
            }
        }
        const auto committed = test::commit_files(*engine, "files", contents);
        const Manifest& manifest = committed->manifest();
        CHECK(manifest.size() == contents.size());
        CHECK(manifest.digest() == committed->record().digest);
        const Layers layers = layers_of(manifest);
        if (layers.size() == 1) {
            CHECK(layers.front()->items() == contents.size());
        }
    }
    CHECK(test::read_all(*engine, *engine->open_version("files")) == contents);
    test::check_sound(folder);
}

} // namespace vitrine
