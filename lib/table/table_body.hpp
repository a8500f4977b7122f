// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/table/table.hpp>

#include "table/cell_notes.hpp"
#include "table/row_store.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The content that the handles of a table share.
struct TableBody {
    std::vector<ColumnName> columns;
    std::vector<ColumnType> types; ///< of each column
    RowStore cells;
    std::size_t nrows = 0;

    // Only of a table that was read:
    std::shared_ptr<const ValueSource> source; ///< of the cells of kind `values`
    CellNotes notes;
    Json extra = Json::object(); ///< unknown members of its JSON

    /// Returns the cell at this position, with its values restored.
    Cell restored(std::size_t row, std::size_t column) const;
};

/// Returns the cell path of a value (see CellNotes): the index of its column, then keys and
/// indices.
std::string cell_path_below(std::string_view cell_path, std::string_view key);

} // namespace vitrine
