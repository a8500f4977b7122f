// SPDX-License-Identifier: MIT
#include "engine/reached.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/progress.hpp"
#include "manifest/run_file.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

/// Stands for a list of runs: of its first one and the digest of the others.
Sha256 digest_of_list(const Sha256& first, const Sha256& others) {
    Hasher hasher(Hash::Sha256);
    hasher.update(std::as_bytes(std::span(first.bytes)));
    hasher.update(std::as_bytes(std::span(others.bytes)));
    return hasher.finish().sha256;
}

/// The digests of a list and of all lists that it ends with, the whole list first.
std::vector<Sha256> digests_of_tails(std::span<const Sha256> runs) {
    std::vector<Sha256> digests(runs.size());
    Sha256 others;
    for (std::size_t i = runs.size(); i-- > 0;) {
        others = digest_of_list(runs[i], others);
        digests[i] = others;
    }
    return digests;
}

/// A content that is to be collected.
struct Waiting {
    std::size_t runs = 0;
    Sha256 content;
    auto operator<=>(const Waiting&) const = default;
};

} // namespace

std::vector<Sha256> contents_of(const VersionRow& row) {
    std::vector<Sha256> contents{row.content};
    for (const KeptSource& kept : row.kept) {
        contents.push_back(kept.content);
    }
    return contents;
}

void Reached::add_versions(Catalog& catalog, const ProgressOptions& progress,
                           const Choose& choose) {
    std::vector<Waiting> waiting;
    catalog.for_each_version([&](const VersionRow& row) {
        check_stop(progress);
        if (choose && !choose(row)) {
            return;
        }
        for (const Sha256& content : contents_of(row)) {
            if (contents_.insert(content).second) {
                waiting.push_back({require_manifest(catalog, content).runs.size(), content});
            }
        }
    });
    // A manifest that is the end of others comes before them.
    std::sort(waiting.begin(), waiting.end());
    std::uint64_t done = 0;
    for (const Waiting& item : waiting) {
        report_progress(progress, {"collecting", done++, waiting.size(), 0});
        add(catalog, require_manifest(catalog, item.content));
    }
}

/// How many runs of the list are not those of a content that was collected, and notes the list.
std::size_t Reached::count_new_runs(std::span<const Sha256> runs) {
    const std::vector<Sha256> tails = digests_of_tails(runs);
    std::size_t count = 0;
    while (count < tails.size() && !run_lists_.contains(tails[count])) {
        ++count;
    }
    if (!tails.empty()) {
        run_lists_.insert(tails.front());
    }
    return count;
}

/// Gives the number of entries.
std::uint64_t Reached::add(const Layers& layers) {
    std::uint64_t entries = 0;
    ItemMerge items(layers);
    while (const ItemView* item = items.next()) {
        ++items_;
        entries += item->fields.removed ? 0 : 1;
        if (const auto object = item->fields.object_digest()) {
            objects_.add(*object, item->fields.object_size);
        }
    }
    return entries;
}

void Reached::add(Catalog& catalog, const ManifestRow& row) {
    for (const Sha256& run : row.runs) {
        runs_.add(run);
    }
    const std::size_t count = count_new_runs(row.runs);
    try {
        const auto newer = std::span(row.runs).first(count);
        const std::uint64_t entries = add(layers_of_runs(store_.runs.open_runs(catalog, newer)));
        // A walk of all of it checks that it is whole.
        if (count == row.runs.size() && entries != row.entries) {
            throw Error(ErrorCode::Corruption, concat("manifest is damaged: expected ", row.entries,
                                                      " entries, got ", entries));
        }
    } catch (Error& error) {
        error.add_context(concat("reading manifest of content ", quoted(row.content.hex())));
        throw;
    }
}

} // namespace vitrine
