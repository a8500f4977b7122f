// SPDX-License-Identifier: MIT
#include "engine/store/live_set.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/progress.hpp"
#include "manifest/segment_file.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

/// The digest of a list of segments, from its first segment and the digest of the others.
Sha256 digest_of_list(const Sha256& first, const Sha256& others) {
    Hasher hasher(Hash::Sha256);
    hasher.update(std::as_bytes(std::span(first.bytes)));
    hasher.update(std::as_bytes(std::span(others.bytes)));
    return hasher.finish().sha256;
}

/// The digests of a list and of all its tails; the whole list comes first.
std::vector<Sha256> digests_of_tails(std::span<const Sha256> segments) {
    std::vector<Sha256> digests(segments.size());
    Sha256 others;
    for (std::size_t i = segments.size(); i-- > 0;) {
        others = digest_of_list(segments[i], others);
        digests[i] = others;
    }
    return digests;
}

/// A content that is still to be collected.
struct Pending {
    std::size_t segments = 0;
    Sha256 content;
    auto operator<=>(const Pending&) const = default;
};

} // namespace

std::vector<Sha256> contents_of(const VersionRow& row) {
    std::vector<Sha256> contents{row.content};
    for (const Dependency& dependency : row.dependencies) {
        contents.push_back(dependency.content);
    }
    return contents;
}

void LiveSet::add_versions(Catalog& catalog, const ProgressOptions& progress,
                           const Choose& choose) {
    std::vector<Pending> pending;
    catalog.versions.for_each([&](const VersionRow& row) {
        check_stop(progress);
        if (choose && !choose(row)) {
            return;
        }
        for (const Sha256& content : contents_of(row)) {
            if (contents_.insert(content).second) {
                pending.push_back({require_manifest(catalog, content).segments.size(), content});
            }
        }
    });
    // A manifest whose segments are the tail of another list comes first.
    std::sort(pending.begin(), pending.end());
    std::uint64_t done = 0;
    for (const Pending& item : pending) {
        report_progress(progress, {"collecting", done++, pending.size(), 0});
        add(catalog, require_manifest(catalog, item.content));
    }
}

/// Returns how many segments the list has before a tail that was collected, and remembers the list.
std::size_t LiveSet::count_new_segments(std::span<const Sha256> segments) {
    const std::vector<Sha256> tails = digests_of_tails(segments);
    std::size_t count = 0;
    while (count < tails.size() && !segment_lists_.contains(tails[count])) {
        ++count;
    }
    if (!tails.empty()) {
        segment_lists_.insert(tails.front());
    }
    return count;
}

/// Returns the number of entries.
std::uint64_t LiveSet::add(const Layers& layers) {
    std::uint64_t entries = 0;
    ItemMerge items(layers);
    while (const ItemView* item = items.next()) {
        ++items_;
        entries += item->fields.is_tombstone ? 0 : 1;
        if (const auto object = item->fields.object_digest()) {
            objects_.add(*object, item->fields.object_size);
        }
    }
    return entries;
}

void LiveSet::add(Catalog& catalog, const ManifestRow& row) {
    for (const Sha256& segment : row.segments) {
        segments_.add(segment);
    }
    const std::size_t count = count_new_segments(row.segments);
    try {
        const auto newer = std::span(row.segments).first(count);
        const std::uint64_t entries =
            add(layers_of_segments(store_.segments.open_segments(catalog, newer)));
        // The number of entries is known only if all segments were walked.
        if (count == row.segments.size() && entries != row.entries) {
            throw Error(ErrorCode::Corruption, concat("manifest is damaged: expected ", row.entries,
                                                      " entries, got ", entries));
        }
    } catch (Error& error) {
        error.add_context(concat("reading manifest of content ", quoted(row.content.hex())));
        throw;
    }
}

} // namespace vitrine
