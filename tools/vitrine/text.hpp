// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::tool {

/// A number of bytes for people: "0 B", "812 B", "3.1 GiB" (powers of 1,024, one decimal).
std::string human_size(std::uint64_t bytes);

/// "1 image", "364 images"; `many` is the plural ("" is `one` with an s).
std::string counted(std::uint64_t count, std::string_view one, std::string_view many = {});

/// The first digits of a hex digest, enough to tell objects apart in a listing.
std::string short_digest(std::string_view hex);

/// Text that is safe to print on a terminal: control characters and what is not UTF-8 as \xNN.
std::string printable(std::string_view text);

/// The texts with `separator` between them.
std::string joined(const std::vector<std::string>& texts, std::string_view separator = ", ");

/// How many columns `text` takes on a terminal, one for each code point.
std::size_t display_width(std::string_view text);

/// Rows of cells printed in aligned columns, two spaces apart. A column without any text in its
/// cells is left out; without rows nothing is printed.
class TextTable {
public:
    enum class Align { left, right };
    struct Column {
        std::string title; ///< "" in all columns: no line of titles
        Align align = Align::left;
    };

    explicit TextTable(std::vector<Column> columns);
    /// One cell for each column.
    void add(std::vector<std::string> cells);
    /// The lines, each with `indent` spaces in front and a newline at its end. `first_line` is
    /// what the line of titles is wrapped in (an escape sequence and its end), if anything.
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
