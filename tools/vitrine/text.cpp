// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <vitrine/core/entry_path.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace vitrine::tool {

namespace {

constexpr std::size_t kShortDigest = 12;

void append_escaped(std::string& out, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\x";
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// How many bytes of `text` make its first character; 0 if that is not UTF-8.
std::size_t character_length(std::string_view text) {
    for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
        if (is_utf8(text.substr(0, length))) {
            return length;
        }
    }
    return 0;
}

std::string padded(const std::string& cell, std::size_t width, TextTable::Align align) {
    const std::string fill(width - std::min(width, display_width(cell)), ' ');
    return align == TextTable::Align::left ? cell + fill : fill + cell;
}

} // namespace

std::string human_size(std::uint64_t bytes) {
    if (bytes < 1024) {
        return std::to_string(bytes) + " B";
    }
    constexpr std::array<const char*, 6> units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double amount = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    // 1023.95 and more would be printed as 1024.0.
    while (amount >= 1023.95 && unit + 1 < units.size()) {
        amount /= 1024;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f %s", amount, units[unit]);
    return text.data();
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
    std::string text = std::to_string(count) + ' ';
    if (count == 1) {
        text += one;
    } else if (many.empty()) {
        text.append(one) += 's';
    } else {
        text += many;
    }
    return text;
}

std::string short_digest(std::string_view hex) {
    return std::string(hex.substr(0, kShortDigest));
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        const auto first = static_cast<unsigned char>(text[0]);
        // U+0080 to U+009F are control characters, too; in UTF-8 they begin with C2.
        const bool control =
            first < 0x20 || first == 0x7f ||
            (length == 2 && first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0);
        const std::size_t taken = std::max<std::size_t>(length, 1);
        for (std::size_t i = 0; i < taken; ++i) {
            if (length == 0 || control) {
                append_escaped(out, static_cast<unsigned char>(text[i]));
            } else {
                out += text[i];
            }
        }
        text.remove_prefix(taken);
    }
    return out;
}

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
    std::string out;
    for (const auto& text : texts) {
        if (!out.empty()) {
            out += separator;
        }
        out += text;
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::add(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

std::string TextTable::line(const std::vector<std::string>& cells,
                            const std::vector<std::size_t>& widths, std::size_t indent) const {
    std::string text(indent, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (widths[i] > 0) {
            text += padded(cells[i], widths[i], columns_[i].align) + "  ";
        }
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

std::string TextTable::render(std::size_t indent, std::string_view before_titles,
                              std::string_view after_titles) const {
    if (rows_.empty()) {
        return {};
    }
    std::vector<std::string> titles;
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        titles.push_back(columns_[i].title);
        std::size_t width = 0;
        for (const auto& row : rows_) {
            width = std::max(width, display_width(row[i]));
        }
        widths.push_back(width == 0 ? 0 : std::max(width, display_width(titles[i])));
    }
    std::string out;
    if (std::any_of(titles.begin(), titles.end(),
                    [](const std::string& title) { return !title.empty(); })) {
        out.append(before_titles).append(line(titles, widths, indent)).append(after_titles) += '\n';
    }
    for (const auto& row : rows_) {
        out += line(row, widths, indent) + '\n';
    }
    return out;
}

} // namespace vitrine::tool
