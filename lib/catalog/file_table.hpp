// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog_connection.hpp"
#include "catalog/rows.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace vitrine {

/// The files below objects/ and artifacts/, and the marks that gc puts on them. Part of a Catalog.
///
/// An orphan row is the row of a file that serves no object and is no content's manifest: another
/// file has taken its place.
class FileTable {
public:
    explicit FileTable(CatalogConnection& connection) : connection_(connection) {}

    std::optional<FileRow> find(FileKind kind, const Sha256& name);
    /// Calls `visit` for each file, in the order of the ids.
    void for_each(const std::function<void(const FileRow&)>& visit);
    /// Calls `visit` for each orphan row, in the order of the ids.
    void for_each_orphan(const std::function<void(const FileRow&)>& visit);
    /// Removes the row of a file and the rows of the objects or the manifest that it serves.
    void remove(std::int64_t file_id);

    void set_mark(std::int64_t file_id, std::optional<std::uint64_t> mark);
    /// Marks the file of that kind and name, unless it has a mark. Returns whether it was marked.
    bool mark(FileKind kind, const Sha256& name, std::uint64_t epoch);
    /// Marks the file if its row is an orphan without a mark. Returns whether it was marked.
    bool mark_orphan(std::int64_t file_id, std::uint64_t epoch);
    /// At most `count` files with a mark <= `limit`, in the order of the marks.
    std::vector<FileRow> marked(std::uint64_t limit, std::size_t count);
    /// Counts the files with a mark > `limit`.
    MarkedFiles count_marked_after(std::uint64_t limit);

private:
    CatalogConnection& connection_;
};

} // namespace vitrine
