// SPDX-License-Identifier: MIT
#include "engine/gc/liveness_scan.hpp"

#include "core/sorted_digests.hpp"
#include "object/pack_format.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace vitrine {

bool PackUse::is_half_garbage() const {
    const std::uint64_t used = bytes + objects * kPackItemBytes;
    return objects > damaged && used < file.size / 2;
}

std::set<std::int64_t> packs_in_use(Catalog& catalog, LiveSet& live,
                                    const std::vector<std::int64_t>& packs) {
    SortedDigests served;
    for (const std::int64_t pack : packs) {
        catalog.objects.for_each_in(pack, [&](const ObjectRow& row) {
            served.add(row.sha256, static_cast<std::uint64_t>(pack));
        });
    }
    std::set<std::int64_t> in_use;
    if (served.empty()) {
        return in_use;
    }
    DigestProbe objects(live.objects());
    DigestProbe segments(live.segments());
    served.for_each([&](const SortedDigests::Item& item) {
        const bool is_segment = segments.has(item.digest);
        if (objects.has(item.digest) || is_segment) {
            in_use.insert(static_cast<std::int64_t>(item.size));
        }
    });
    return in_use;
}

namespace {

/// Finds the digests of a set that a walk in the same order does not meet.
class Unmet {
public:
    Unmet(SortedDigests& set, SortedDigests& unmet)
        : walk_(set), unmet_(unmet), item_(walk_.next()) {}

    /// Returns whether the set has the digest. Requires: it is greater than that of the call
    /// before.
    bool meet(const Sha256& digest) {
        for (; item_ && item_->digest < digest; item_ = walk_.next()) {
            unmet_.add(item_->digest);
        }
        return item_ && item_->digest == digest && skip();
    }
    void finish() {
        for (; item_; item_ = walk_.next()) {
            unmet_.add(item_->digest);
        }
    }

private:
    bool skip() {
        item_ = walk_.next();
        return true;
    }

    SortedDigests::Walk walk_;
    SortedDigests& unmet_;
    std::optional<SortedDigests::Item> item_;
};

} // namespace

/// Segments are opened by the names of their files, so a segment stays loose as long as any
/// manifest names it, live or not.
bool LivenessScan::may_be_packed(const ObjectRow& row, DigestProbe& segments) const {
    return pack_limit_ > 0 && row.file.kind == FileKind::loose && row.size <= pack_limit_ &&
           !row.damaged && !segments.has(row.sha256);
}

void LivenessScan::scan(const Visit& visit) {
    visit_manifests(visit);
    visit_objects(visit);
    catalog_.files.for_each_orphan(visit.orphan_row);
}

void LivenessScan::visit_objects(const Visit& visit) {
    std::unordered_map<std::int64_t, PackUse> packs;
    Unmet objects(live_.objects(), without_row_);
    Unmet segments(live_.segments(), without_row_);
    DigestProbe all_segments(segments_);
    catalog_.objects.for_each([&](const ObjectRow& row) {
        const bool is_segment = segments.meet(row.sha256);
        const bool live = objects.meet(row.sha256) || is_segment;
        if (row.file.kind == FileKind::pack) {
            PackUse& use = packs.try_emplace(row.file.id, PackUse{row.file}).first->second;
            use.objects += live ? 1 : 0;
            use.bytes += live ? row.size : 0;
            use.damaged += live && row.damaged ? 1 : 0;
        } else if (!live) {
            visit.garbage(row.file, std::nullopt);
        } else {
            if (row.file.mark) {
                visit.marked_live(row.file);
            }
            if (may_be_packed(row, all_segments)) {
                ++small_.objects;
                small_.bytes += row.size;
            }
        }
    });
    objects.finish();
    segments.finish();
    for (const auto& [id, use] : packs) {
        if (use.objects == 0) {
            visit.garbage(use.file, std::nullopt);
            continue;
        }
        packs_.push_back(use);
        if (use.file.mark) {
            visit.marked_live(use.file);
        }
    }
    std::sort(packs_.begin(), packs_.end(), [](const PackUse& left, const PackUse& right) {
        return left.file.id < right.file.id;
    });
}

void LivenessScan::visit_manifests(const Visit& visit) {
    catalog_.manifests.for_each([&](const ManifestRow& row) {
        for (const Sha256& segment : row.segments) {
            segments_.add(segment);
        }
        if (!live_.contents().contains(row.content)) {
            visit.garbage(row.file, row.content);
        } else if (row.file.mark) {
            visit.marked_live(row.file);
        }
    });
}

void LivenessScan::for_each_to_move(bool small_objects,
                                    const std::function<void(const ObjectRow&)>& visit) {
    std::unordered_set<std::int64_t> packs;
    for (const PackUse& use : packs_) {
        if (use.is_half_garbage()) {
            packs.insert(use.file.id);
        }
    }
    DigestProbe objects(live_.objects());
    DigestProbe segments(live_.segments());
    DigestProbe all_segments(segments_);
    catalog_.objects.for_each([&](const ObjectRow& row) {
        const bool in_pack = packs.contains(row.file.id) && !row.damaged;
        if (in_pack || (small_objects && may_be_packed(row, all_segments))) {
            const bool is_segment = segments.has(row.sha256);
            if (objects.has(row.sha256) || is_segment) {
                visit(row);
            }
        }
    });
}

} // namespace vitrine
