// SPDX-License-Identifier: MIT
#include "engine/store/manifest_summary.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <utility>

namespace vitrine {

void ManifestSummarizer::add(std::string_view path, const EntryFields& fields) {
    digester_.add(path, fields);
    ++summary_.entries;
    summary_.logical_bytes += fields.logical_size();
}

ManifestSummary ManifestSummarizer::finish(std::uint64_t entries) {
    ManifestDigester::Result digests = digester_.finish();
    if (summary_.entries != entries) {
        throw Error(ErrorCode::Corruption, concat("manifest is damaged: expected ", entries,
                                                  " entries, got ", summary_.entries));
    }
    summary_.content = digests.content;
    summary_.digest = std::move(digests.wandb);
    return std::move(summary_);
}

ManifestSummary summarize(const Manifest& manifest,
                          const std::function<void(const ItemView&)>& visit) {
    ManifestSummarizer summarizer;
    ItemMerge items(layers_of(manifest));
    while (const ItemView* item = items.next()) {
        if (item->fields.is_tombstone) {
            continue;
        }
        summarizer.add(item->path, item->fields);
        if (visit) {
            visit(*item);
        }
    }
    return summarizer.finish(manifest.size());
}

} // namespace vitrine
