// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog_connection.hpp"
#include "catalog/rows.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The W&B runs that used or made versions of a store. Part of a Catalog.
class RunTable {
public:
    explicit RunTable(CatalogConnection& connection) : connection_(connection) {}

    std::optional<RunRow> find(std::string_view id);
    /// The ids of the runs that used or made the version, in the order in which the store first
    /// learned of them.
    std::vector<std::string> of_version(std::string_view version_id, RunRole role);
    /// Calls `visit` for each run, in the order of the ids.
    void for_each(const std::function<void(const RunRow&)>& visit);

    /// Inserts or replaces a run and the versions that it used and made.
    void put(const RunRow& row);

private:
    std::vector<RunVersionRow> versions_of(std::string_view run, RunRole role);

    CatalogConnection& connection_;
};

} // namespace vitrine
