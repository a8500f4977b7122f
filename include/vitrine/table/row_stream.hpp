// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/next_iterator.hpp>
#include <vitrine/table/table.hpp>

#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>

namespace vitrine {

/// The rows of several tables, read one after the other in a single pass. Only one table is in
/// memory at a time, and those that TableRows of earlier tables still share.
///
///     for (const TableRow& row : stream) { ... }
///
/// For one thread and one pass.
class VITRINE_EXPORT RowStream {
public:
    /// Returns the next table, or nothing after the last. What it throws leaves next().
    using NextTable = std::function<std::optional<Table>()>;

    /// Streams the tables that `next_table` returns; it is first called when the first row is read.
    /// It must not be empty.
    explicit RowStream(NextTable next_table) : next_table_(std::move(next_table)) {}
    /// Streams the rows of one table.
    explicit RowStream(const Table& table);

    /// Returns the next row, or nothing at the end. Throws: what `next_table` throws.
    std::optional<TableRow> next();

    /// An input iterator; `++` throws what next throws.
    using Iterator = NextIterator<RowStream, TableRow>;

    /// Reads the first row. Throws: as next.
    Iterator begin() { return Iterator(*this); }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    NextTable next_table_;
    std::optional<Table> table_;
    std::size_t row_ = 0;
};

} // namespace vitrine
