// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog_connection.hpp"
#include "catalog/rows.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace vitrine {

/// The objects of a store and the files that serve them. Part of a Catalog.
class ObjectTable {
public:
    explicit ObjectTable(CatalogConnection& connection) : connection_(connection) {}

    std::optional<ObjectRow> find(const Sha256& sha256);
    /// The rows of `objects`, in their order; nothing for an object without a row.
    std::vector<std::optional<ObjectRow>> find(std::span<const Sha256> objects);
    /// Whether a draft of that epoch may use the object: it has a row, is not damaged, and its file
    /// has no mark <= `epoch`.
    bool present(const Sha256& sha256, std::uint64_t epoch);
    /// The same for each of `objects`, in one consistent view.
    std::vector<bool> present(std::span<const Sha256> objects, std::uint64_t epoch);
    /// Calls `visit` for each object, in the order of the digests.
    void for_each(const std::function<void(const ObjectRow&)>& visit);
    /// Calls `visit` for each object that the file serves, in the order of the digests.
    void for_each_in(std::int64_t file_id, const std::function<void(const ObjectRow&)>& visit);

    /// Inserts or replaces the rows of loose objects and of their files, each a digest and a size.
    void put_loose(const std::vector<std::pair<Sha256, std::uint64_t>>& objects);
    /// Inserts or replaces the rows of packs and of their objects. Of an object that several packs
    /// hold, the last pack serves it.
    void put_packs(std::span<const PackRows> packs);
    /// Sets the flag of the object, or of the manifest whose file has that name.
    void set_damaged(const Sha256& sha256, bool damaged);
    /// Removes the mark of the file that serves the object. Returns whether the object has a row.
    bool clear_mark(const Sha256& sha256);

private:
    CatalogConnection& connection_;
};

} // namespace vitrine
