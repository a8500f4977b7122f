// SPDX-License-Identifier: MIT
#include "manifest/segment_file.hpp"

namespace vitrine {

SegmentItem SegmentItem::decode(const ItemView& view) {
    SegmentItem item{std::string(view.path), std::nullopt};
    if (!view.fields.is_tombstone) {
        item.entry = view.fields.entry(view.path);
    }
    return item;
}

std::optional<SegmentItem> SegmentItems::next() {
    const ItemView* view = merge_.next();
    return view == nullptr ? std::nullopt : std::optional(SegmentItem::decode(*view));
}

Layers layers_of_segments(const std::vector<std::shared_ptr<const SegmentReader>>& segments) {
    return {segments.begin(), segments.end()};
}

Manifest manifest_of_segments(const std::vector<std::shared_ptr<const SegmentReader>>& segments,
                              std::uint64_t entries) {
    return manifest_of_layers(layers_of_segments(segments), entries);
}

} // namespace vitrine
