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

/// What the handles of one table share.
struct TableBody {
    std::vector<ColumnName> columns;
    std::vector<ColumnType> types; ///< of each column
    RowStore cells;
    std::size_t nrows = 0;

    // Of a table that was read:
    std::shared_ptr<const ValueSource> source; ///< of the cells of the kind `values`
    CellNotes notes;
    Json extra = Json::object(); ///< members of its JSON that we do not know

    /// The cell at that place, values restored.
    Cell restored(std::size_t row, std::size_t column) const;
};

/// Where a value lies in a row: the index of its column, and below it keys and indices.
std::string place_below(std::string_view place, std::string_view key);

} // namespace vitrine
