// SPDX-License-Identifier: MIT
//
// A manifest consists of its oldest segment, the bulk, and of newer segments with what has changed
// since. More segments make look-ups and walks slower. Fewer segments make versions larger, since a
// merged segment is a new file, and the old ones stay as long as older versions need them. The
// rule:
//
//   - The bulk is rewritten only if the other segments are larger than half of it together.
//   - Otherwise, starting with the newest, segments are merged as long as the next older one is
//     less than twice as large as all of them together. So each segment is at least twice as large
//     as the next newer one.
//
// The costs, for versions that each change a share s of the entries at random places:
//
//   - Segments: their sizes at least double from s to half of the bulk. So besides the bulk there
//     are at most log2(1 / (2 s)) + 1 segments: six for s = 1 %, and in practice three or four,
//     since a merged segment is usually larger than it needs to be. Small changes count as one
//     block, so a bulk of 100 MB has at most fifteen segments in front of it.
//   - Bytes: an item is written once when it is new, once for each doubling of its segment, and
//     with the bulk. For s = 1 %, a version costs about 5 % of the bulk, averaged over 100 versions
//     (4.7 % on disk, as `manifest_bench` counts it for 1,000,000 entries). Of that, 1 % is for the
//     new items, 1 to 2 % for the bulk (rewritten every 50 to 70 versions), the rest for merges. A
//     factor of 1.5 instead of 2 saves half a point and costs a segment more; a factor of 3 costs a
//     point more and saves a segment.
#include "engine/commit/compaction.hpp"

#include "manifest/segment_format.hpp"

#include <algorithm>
#include <numeric>

namespace vitrine {

namespace {

constexpr std::uint64_t kFactor = 2;

/// A look-up reads a whole block, even of a smaller segment.
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
