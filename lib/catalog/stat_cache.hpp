// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog_connection.hpp"
#include "catalog/rows.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vitrine {

/// The digests of files outside the store, as they were when the files were last read. Part of a
/// Catalog.
class StatCache {
public:
    explicit StatCache(CatalogConnection& connection) : connection_(connection) {}

    /// For each key its row, if the file is in the same state and a draft of that epoch may use the
    /// object (see ObjectTable::present). One consistent view for all keys.
    std::vector<std::optional<StatRow>> find(std::span<const StatKey> keys, std::uint64_t epoch);
    /// Inserts or replaces rows. Of a file that was read twice, the last row counts.
    void put(const std::vector<StatRow>& rows);

private:
    void find_near(std::span<const StatKey> keys, std::span<const std::size_t> order,
                   std::uint64_t epoch, std::vector<std::optional<StatRow>>& rows);

    CatalogConnection& connection_;
};

} // namespace vitrine
