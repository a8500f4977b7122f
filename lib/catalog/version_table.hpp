// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog_connection.hpp"
#include "catalog/rows.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace vitrine {

/// The artifact names of a store, their aliases and their versions. Part of a Catalog.
class VersionTable {
public:
    explicit VersionTable(CatalogConnection& connection) : connection_(connection) {}

    /// All heads, sorted by name.
    std::vector<HeadRow> heads();
    std::optional<HeadRow> find_head(std::string_view name);
    /// Inserts or replaces a head and its aliases.
    void put_head(const HeadRow& head);

    /// The numbers of the versions of a name, ascending.
    std::vector<std::uint64_t> numbers_of(std::string_view name);
    std::optional<VersionRow> find(std::string_view name, std::uint64_t number);
    /// The version with the highest number.
    std::optional<VersionRow> find_latest(std::string_view name);
    std::optional<VersionRow> find_by_id(std::string_view id);
    /// The contents that the store holds of the version with that id: its own, if it is still
    /// there, and those that other versions keep of it as a dependency.
    std::vector<Sha256> contents_of(std::string_view id);
    /// Calls `visit` for each version, in the order of names and numbers.
    void for_each(const std::function<void(const VersionRow&)>& visit);

    /// Inserts or replaces a version and its dependencies; ignores `row.row_id`.
    void put(const VersionRow& row);
    void remove(std::string_view name, std::uint64_t number);

private:
    std::optional<VersionRow> finish_row(sqlite::Query& query);

    CatalogConnection& connection_;
};

} // namespace vitrine
