// SPDX-License-Identifier: MIT
#include "engine/run_cache.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "object/object_store.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace vitrine {

Manifest RunCache::open(Catalog& catalog, const ManifestRow& row) {
    try {
        return manifest_of_runs(open_runs(catalog, row.runs), row.entries);
    } catch (Error& error) {
        error.add_context(concat("opening manifest of content ", quoted(row.content.hex())));
        throw;
    }
}

std::vector<std::shared_ptr<const RunReader>> RunCache::open_runs(Catalog& catalog,
                                                                  std::span<const Sha256> runs) {
    std::vector<std::shared_ptr<const RunReader>> readers;
    for (const Sha256& run : runs) {
        readers.push_back(open_run(catalog, run));
    }
    return readers;
}

std::shared_ptr<const RunReader> RunCache::open_run(Catalog& catalog, const Sha256& run) {
    const auto object = catalog.find_object(run);
    if (!object) {
        throw Error(ErrorCode::Corruption,
                    concat("run ", quoted(run.hex()), " is not in the catalogue"));
    }
    const std::lock_guard lock(mutex_);
    auto& known = open_[run];
    std::shared_ptr<const RunReader> reader = known.lock();
    if (!reader) {
        const ObjectStore objects(layout_.objects(), nullptr);
        reader = std::make_shared<const RunReader>(objects.loose_path(object->file.name));
        known = reader;
    }
    std::erase_if(open_, [](const auto& item) { return item.second.expired(); });
    return reader;
}

ManifestRow require_manifest(Catalog& catalog, const Sha256& content) {
    std::optional<ManifestRow> row = catalog.find_manifest(content);
    if (!row) {
        throw Error(ErrorCode::Corruption,
                    concat("the manifest of content ", quoted(content.hex()),
                           " is not in the catalogue: run 'vitrine repair'"));
    }
    return std::move(*row);
}

} // namespace vitrine
