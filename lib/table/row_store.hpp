// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/table/cell.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace vitrine {

/// The cells of a table, row by row, in little memory: 16 bytes each, plus the bytes of text and
/// JSON. It knows no columns: callers compute the index of a cell.
///
/// A copy shares the text. Reading is safe from many threads.
class RowStore {
public:
    enum class Kind : std::uint8_t {
        none,
        no,
        yes,
        integer,
        unsigned_integer, ///< beyond the range of `integer`
        big_integer,      ///< text: its digits
        floating,
        string,   ///< text: UTF-8
        json,     ///< text: the JSON of a list or dictionary without values
        values,   ///< text: JSON as read, which is or may contain a value of the table's source
        rich_cell ///< a cell with values in memory, or an object
    };

    RowStore() = default;
    RowStore(const RowStore& other);
    RowStore(RowStore&&) = default;
    RowStore& operator=(const RowStore&) = delete;
    RowStore& operator=(RowStore&&) = default;

    std::size_t size() const noexcept { return slots_.size(); }

    void add(const Cell& cell);
    void add(const Json& scalar); ///< null, a boolean, a number or text
    /// Text of the kind `string`, `json` or `values`.
    void add_text(Kind kind, std::string_view text);
    /// Removes all cells from index `size` on.
    void shrink(std::size_t size);

    Kind kind(std::size_t cell) const { return slots_[cell].kind; }
    std::string_view text(std::size_t cell) const;
    const Cell& rich_cell(std::size_t cell) const;
    /// Returns the JSON of a cell whose kind is not `json`, `values` or `rich_cell`.
    Json scalar(std::size_t cell) const;

private:
    struct Slot {
        union {
            std::int64_t integer;
            std::uint64_t unsigned_integer;
            double floating;
            const char* text;
        };
        std::uint32_t length = 0; ///< of text
        Kind kind = Kind::none;
    };
    static_assert(sizeof(Slot) == 16);

    Slot& add_slot(Kind kind);

    std::deque<Slot> slots_;
    std::vector<std::shared_ptr<char[]>> blocks_;
    char* free_ = nullptr;
    std::size_t free_bytes_ = 0;
    std::deque<Cell> rich_cells_;
};

} // namespace vitrine
