// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::tool {

/// Returns a number of bytes for people: "0 B", "812 B", "3.1 GiB" (powers of 1,024, one decimal).
std::string human_size(std::uint64_t bytes);

/// "1 image", "364 images"; `many` is the plural ("" is `one` with an s).
std::string counted(std::uint64_t count, std::string_view one, std::string_view many = {});

/// Returns the first digits of a hex digest, enough to distinguish objects in a listing.
std::string short_digest(std::string_view hex);

/// Returns text that is safe to print on a terminal: control characters and invalid UTF-8 become
/// \xNN.
std::string printable(std::string_view text);

/// Joins the texts with `separator`.
std::string joined(const std::vector<std::string>& texts, std::string_view separator = ", ");

/// Returns the width of `text` on a terminal, counting one column for each code point.
std::size_t display_width(std::string_view text);

/// Prints rows of cells in aligned columns, two spaces apart. A column whose cells are all empty is
/// left out; a table without rows prints nothing.
class TextTable {
public:
    enum class Align { left, right };
    struct Column {
        std::string title; ///< "" in all columns: no line of titles
        Align align = Align::left;
    };

    explicit TextTable(std::vector<Column> columns);
    /// Adds a row: one cell for each column.
    void add(std::vector<std::string> cells);
    /// Returns the lines, each after `indent` spaces and ending with a newline. The line of titles
    /// stands between `before_titles` and `after_titles` (an escape sequence and its end).
    std::string render(std::size_t indent = 0, std::string_view before_titles = {},
                       std::string_view after_titles = {}) const;

private:
    /// `widths`: 0 for a column that is left out.
    std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                     std::size_t indent) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace vitrine::tool
