// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog_connection.hpp"
#include "catalog/object_table.hpp"
#include "catalog/rows.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace vitrine {

/// The manifests of a store, by the digest of their content. Part of a Catalog.
class ManifestTable {
public:
    ManifestTable(CatalogConnection& connection, ObjectTable& objects)
        : connection_(connection), objects_(objects) {}

    std::optional<ManifestRow> find(const Sha256& content);
    /// Whether a draft of that epoch may use the manifest: it has a row, is not damaged, its file
    /// has no mark <= `epoch`, and all of its segments are present.
    bool present(const Sha256& content, std::uint64_t epoch);
    /// Calls `visit` for each manifest, in the order of the content digests.
    void for_each(const std::function<void(const ManifestRow&)>& visit);
    /// The content whose manifest the file is; nothing if it is the manifest of none (any more).
    std::optional<Sha256> content_of(std::int64_t file_id);

    /// Inserts or replaces a manifest and the row of its file; ignores `row.file.id`.
    void put(const ManifestRow& row);
    /// Marks the file of the content's manifest, unless it has a mark. Returns whether it was
    /// marked.
    bool mark(const Sha256& content, std::uint64_t epoch);

private:
    ManifestRow finish_row(const sqlite::Query& query);

    CatalogConnection& connection_;
    ObjectTable& objects_;
};

} // namespace vitrine
