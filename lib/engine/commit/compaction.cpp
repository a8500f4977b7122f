// SPDX-License-Identifier: MIT
//
// A manifest is a bulk, its oldest segment, and in front of it the segments of what has changed
// since. More segments make look-ups and walks slower, fewer make versions larger, for a merged
// segment is written anew and the old ones stay as long as older versions need them. The rule is:
//
//   - The bulk is rewritten only when the rest exceeds half of it.
//   - Else the newest segments merge as long as the next older one is less than twice as large as
//   all
//     of them together. So each segment is at least twice as large as the next newer one.
//
// What it comes to, for versions that each change a share s of the entries anywhere:
//
//   - Segments: their sizes at least double from s to a half of the bulk, so besides the bulk there
//   are
//     at most log2(1 / (2 s)) + 1: for s = 1 % six, and in practice three or four, since a segment
//     that has merged is mostly larger than it needs to be. For small changes the sizes count from
//     one block on, so a bulk of 100 MB has at most fifteen segments before it.
//   - Bytes: an item is written once as it is new, once for each doubling that its segment goes
//     through, and with the bulk. For s = 1 % a version costs about 5 % of the bulk, over 100 of
//     them (4.7 % as `manifest_bench` counts it on disk for 1,000,000 entries); of that 1 % is the
//     new items, 1 to 2 % the bulk (it is due each 50 to 70 versions), the rest merges. With a
//     factor of 1.5 it is half a point less and a segment more, with 3 a point more and a segment
//     less.
#include "engine/commit/compaction.hpp"

#include "manifest/segment_format.hpp"

#include <algorithm>
#include <numeric>

namespace vitrine {

namespace {

constexpr std::uint64_t kFactor = 2;

/// A look-up reads a whole block of a segment, however small the segment is.
std::uint64_t weight_of(std::uint64_t size) {
    return std::max<std::uint64_t>(size, kSegmentBlockBytes);
}

} // namespace

std::size_t segments_to_merge(std::span<const std::uint64_t> sizes) {
    if (sizes.size() < 2) {
        return sizes.size();
    }
    const std::uint64_t bulk = sizes.back();
    const auto front = sizes.first(sizes.size() - 1);
    if (std::accumulate(front.begin(), front.end(), std::uint64_t{0}) > bulk / 2) {
        return sizes.size();
    }
    std::size_t count = 1;
    std::uint64_t newer = weight_of(front.front());
    while (count < front.size() && weight_of(front[count]) < kFactor * newer) {
        newer += front[count++];
    }
    return count;
}

} // namespace vitrine
