// SPDX-License-Identifier: MIT
#include "engine/store/segment_cache.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "object/object_store.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace vitrine {

Manifest SegmentCache::open(Catalog& catalog, const ManifestRow& row) {
    try {
        return manifest_of_segments(open_segments(catalog, row.segments), row.entries);
    } catch (Error& error) {
        error.add_context(concat("opening manifest of content ", quoted(row.content.hex())));
        throw;
    }
}

std::vector<std::shared_ptr<const SegmentReader>>
SegmentCache::open_segments(Catalog& catalog, std::span<const Sha256> segments) {
    std::vector<std::shared_ptr<const SegmentReader>> readers;
    for (const Sha256& segment : segments) {
        readers.push_back(open_segment(catalog, segment));
    }
    return readers;
}

std::shared_ptr<const SegmentReader> SegmentCache::open_segment(Catalog& catalog,
                                                                const Sha256& segment) {
    const auto object = catalog.objects.find(segment);
    if (!object) {
        throw Error(ErrorCode::Corruption,
                    concat("segment ", quoted(segment.hex()), " is not in the catalogue"));
    }
    const std::lock_guard lock(mutex_);
    auto& known = open_[segment];
    std::shared_ptr<const SegmentReader> reader = known.lock();
    if (!reader) {
        const ObjectStore objects(layout_.objects(), nullptr);
        reader = std::make_shared<const SegmentReader>(objects.loose_path(object->file.name));
        known = reader;
    }
    std::erase_if(open_, [](const auto& item) { return item.second.expired(); });
    return reader;
}

ManifestRow require_manifest(Catalog& catalog, const Sha256& content) {
    std::optional<ManifestRow> row = catalog.manifests.find(content);
    if (!row) {
        throw Error(ErrorCode::Corruption,
                    concat("the manifest of content ", quoted(content.hex()),
                           " is not in the catalogue: run 'vitrine repair'"));
    }
    return std::move(*row);
}

} // namespace vitrine
