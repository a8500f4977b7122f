// SPDX-License-Identifier: MIT
#include "engine/engine_fixture.hpp"
#include "engine/store/live_set.hpp"
#include "engine/store/open_store.hpp"
#include "manifest/segment_file.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace vitrine::test {

namespace {

using Numbers = std::map<std::string, std::uint32_t>; ///< by path; each stands for some bytes

/// The entries of a version. Bytes that are in `known` are not written again.
std::vector<Entry> entries_of(DraftStaging& draft, const Numbers& numbers,
                              std::set<std::uint32_t>& known) {
    std::vector<Entry> entries;
    for (const auto& [path, number] : numbers) {
        const std::string bytes = "bytes " + std::to_string(number);
        if (known.insert(number).second) {
            entries.push_back(put_entry(draft, path, bytes));
        } else {
            const Digests digests = digests_of(bytes);
            entries.push_back({EntryPath(path),
                               digests.sha256,
                               digests.size,
                               digests.md5.base64(),
                               digests.size,
                               {},
                               {},
                               {},
                               {}});
        }
    }
    return entries;
}

/// A store with many small changes.
class History {
public:
    std::uint64_t commit(const std::string& name, const Numbers& numbers,
                         std::shared_ptr<const OpenVersion> base) {
        const auto draft = engine_->new_draft(base);
        CommitRequest request = request_of(name, entries_of(*draft, numbers, known_));
        request.base = std::move(base);
        return engine_->commit(*draft, request, {})->record().number;
    }

    Engine& engine() { return *engine_; }
    std::unique_ptr<OpenStore> store() const {
        return std::make_unique<OpenStore>(StoreLayout{folder_.root()}, EngineOptions{});
    }

private:
    StoreFolder folder_;
    std::shared_ptr<Engine> engine_ = folder_.open();
    std::set<std::uint32_t> known_;
};

/// The objects of all versions. Walks each manifest in full.
std::set<Sha256> objects_one_by_one(OpenStore& store) {
    std::set<Sha256> objects;
    store.reads->versions.for_each([&](const VersionRow& row) {
        for (const Sha256& content : contents_of(row)) {
            const Manifest manifest =
                store.segments.open(*store.reads, require_manifest(*store.reads, content));
            for (const Entry& entry : manifest.entries()) {
                objects.insert(*entry.object);
            }
        }
    });
    return objects;
}

std::set<Sha256> digests_in(SortedDigests& set) {
    std::set<Sha256> digests;
    set.for_each([&](const SortedDigests::Item& item) { digests.insert(item.digest); });
    return digests;
}

/// The items of all segments of live versions, each segment once.
std::uint64_t items_of_segments(OpenStore& store, SortedDigests& segments) {
    std::uint64_t items = 0;
    for (const Sha256& segment : digests_in(segments)) {
        const std::vector<Sha256> one{segment};
        items += store.segments.open_segments(*store.reads, one).front()->items();
    }
    return items;
}

} // namespace

TEST_CASE("a hundred versions of a large manifest cost one walk of it and their differences") {
    constexpr std::uint32_t kEntries = 1000;
    constexpr std::uint32_t kChanges = 10;
    History history;
    Numbers numbers;
    for (std::uint32_t i = 0; i < kEntries; ++i) {
        numbers["f" + std::to_string(i)] = i;
    }
    history.commit("x", numbers, nullptr);
    std::mt19937 random(5);
    for (std::uint32_t version = 1; version < 100; ++version) {
        for (std::uint32_t change = 0; change < kChanges; ++change) {
            numbers["f" + std::to_string(random() % kEntries)] = kEntries + random() % 500;
        }
        history.commit("x", numbers, history.engine().open_version("x"));
    }
    const auto store = history.store();
    LiveSet live(*store);
    live.add_versions(*store->reads, {});
    CHECK(live.contents().size() == 100);
    CHECK(digests_in(live.objects()) == objects_one_by_one(*store));
    const std::uint64_t items = items_of_segments(*store, live.segments());
    MESSAGE("walked " << live.items() << " items, of " << items << " in "
                      << digests_in(live.segments()).size() << " segments");
    CHECK(live.items() <= items);
    CHECK(live.items() < 100 * kEntries / 5);
    // A new version costs only its differences.
    numbers["f7"] = 99999;
    history.commit("x", numbers, history.engine().open_version("x"));
    const std::uint64_t before = live.items();
    const auto later = history.store();
    live.add_versions(*later->reads, {});
    CHECK(live.items() - before <= 100 * kChanges);
}

TEST_CASE("the live set is exact, whichever versions are removed") {
    for (const std::uint32_t seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        History history;
        std::map<std::string, Numbers> versions; // by reference
        std::vector<std::string> references;
        for (int step = 0; step < 60; ++step) {
            std::shared_ptr<const OpenVersion> base;
            Numbers numbers;
            if (!references.empty() && random() % 8 != 0) {
                const std::string& reference = references[random() % references.size()];
                base = history.engine().open_version(reference);
                numbers = versions[reference];
            }
            for (std::uint32_t change = 0; change <= random() % 12; ++change) {
                const std::string path = "f" + std::to_string(random() % 60);
                if (random() % 4 == 0) {
                    numbers.erase(path);
                } else {
                    numbers[path] = random() % 400;
                }
            }
            const std::string name = "n" + std::to_string(random() % 3);
            const std::string reference =
                name + ":v" + std::to_string(history.commit(name, numbers, base));
            if (versions.emplace(reference, numbers).second) {
                references.push_back(reference);
            }
            if (random() % 3 == 0) {
                const std::size_t victim = random() % references.size();
                history.engine().remove(references[victim], false);
                versions.erase(references[victim]);
                references.erase(references.begin() + static_cast<std::ptrdiff_t>(victim));
            }
        }
        const auto store = history.store();
        LiveSet live(*store);
        live.add_versions(*store->reads, {});
        CHECK(digests_in(live.objects()) == objects_one_by_one(*store));
        // Removing a version frees the objects that no other version has.
        for (const std::string& reference : references) {
            CAPTURE(reference);
            std::set<std::uint32_t> others;
            for (const auto& [other, numbers] : versions) {
                for (const auto& [path, number] : numbers) {
                    if (other != reference) {
                        others.insert(number);
                    }
                }
            }
            std::map<std::uint32_t, std::uint64_t> alone;
            for (const auto& [path, number] : versions[reference]) {
                if (!others.contains(number)) {
                    alone[number] = ("bytes " + std::to_string(number)).size();
                }
            }
            std::uint64_t bytes = 0;
            for (const auto& [number, size] : alone) {
                bytes += size;
            }
            CHECK(history.engine().remove(reference, true).bytes == bytes);
        }
    }
}

} // namespace vitrine::test
