// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/table/table.hpp>

#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>

namespace vitrine {

/// The rows of tables that are made one after the other, for one pass: only one table is in memory
/// (and those that rows still share). One thread.
class RowStream {
public:
    /// Gives the next table; nothing after the last.
    using NextTable = std::function<std::optional<Table>()>;

    explicit RowStream(NextTable next_table) : next_table_(std::move(next_table)) {}
    /// Of one table.
    explicit RowStream(const Table& table);

    /// The next row; nothing at the end. Throws: what the next table's making throws.
    std::optional<TableRow> next();

    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = TableRow;
        using difference_type = std::ptrdiff_t;
        using pointer = const TableRow*;
        using reference = const TableRow&;

        const TableRow& operator*() const { return *row_; }
        const TableRow* operator->() const { return &*row_; }
        Iterator& operator++() {
            row_ = stream_->next();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const Iterator& a, std::default_sentinel_t /*end*/) {
            return !a.row_;
        }

    private:
        friend class RowStream;
        explicit Iterator(RowStream& stream) : stream_(&stream), row_(stream.next()) {}
        RowStream* stream_;
        std::optional<TableRow> row_;
    };

    Iterator begin() { return Iterator(*this); }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    NextTable next_table_;
    std::optional<Table> table_;
    std::size_t row_ = 0;
};

} // namespace vitrine
