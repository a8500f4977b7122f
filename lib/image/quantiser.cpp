// SPDX-License-Identifier: MIT
#include "image/quantiser.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <queue>
#include <span>
#include <unordered_map>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kMaxColours = 256;
constexpr std::uint8_t kOpaque = 128;

/// Stands for a transparent pixel; other colours are 0xRRGGBB.
constexpr std::uint32_t kClear = 0xFFFFFFFF;

std::vector<std::uint32_t> colours_of(const Pixels& pixels) {
    const Pixels rgba = convert(pixels, PixelMode::RGBA);
    std::vector<std::uint32_t> colours(rgba.bytes.size() / 4);
    const std::uint8_t* in = rgba.bytes.data();
    for (std::uint32_t& colour : colours) {
        colour = in[3] < kOpaque ? kClear : (std::uint32_t{in[0]} << 16 | in[1] << 8U | in[2]);
        in += 4;
    }
    return colours;
}

Rgb rgb_of(std::uint32_t colour) {
    return {static_cast<std::uint8_t>(colour >> 16), static_cast<std::uint8_t>(colour >> 8),
            static_cast<std::uint8_t>(colour)};
}

/// Returns the distinct colours in order, or nothing if there are more than `most`.
std::optional<std::vector<std::uint32_t>> distinct(const std::vector<std::uint32_t>& colours,
                                                   std::size_t most) {
    // A hash table with four slots per colour, so that the search for a free one is short.
    std::array<std::uint32_t, 1024> slots{};
    std::array<bool, 1024> taken{};
    std::vector<std::uint32_t> found;
    std::uint32_t last = kClear;
    for (const std::uint32_t colour : colours) {
        if (colour == last || colour == kClear) {
            continue;
        }
        last = colour;
        std::size_t slot = colour * 2654435761U >> 22;
        while (taken[slot] && slots[slot] != colour) {
            slot = (slot + 1) % slots.size();
        }
        if (taken[slot]) {
            continue;
        }
        if (found.size() == most) {
            return std::nullopt;
        }
        taken[slot] = true;
        slots[slot] = colour;
        found.push_back(colour);
    }
    std::sort(found.begin(), found.end());
    return found;
}

IndexedPixels with_exact_palette(const std::vector<std::uint32_t>& colours,
                                 const std::vector<std::uint32_t>& palette) {
    IndexedPixels result;
    std::unordered_map<std::uint32_t, std::uint8_t> index_of;
    for (const std::uint32_t colour : palette) {
        index_of.emplace(colour, static_cast<std::uint8_t>(result.palette.size()));
        result.palette.push_back(rgb_of(colour));
    }
    result.indices.reserve(colours.size());
    std::uint32_t last = kClear;
    std::uint8_t index = 0;
    for (const std::uint32_t colour : colours) {
        if (colour != last && colour != kClear) {
            index = index_of.find(colour)->second;
            last = colour;
        }
        result.indices.push_back(index);
    }
    return result;
}

// ---- Median cut

constexpr std::size_t kCells = std::size_t{1} << 15;

/// The colours that agree in the 5 high bits of each channel.
struct Cell {
    std::uint32_t number = 0;
    std::uint64_t count = 0;
    std::array<std::uint64_t, 3> sums{};

    double mean(std::size_t channel) const {
        return static_cast<double>(sums[channel]) / static_cast<double>(count);
    }
};

std::uint32_t cell_of(std::uint32_t colour) {
    return (colour >> 9 & 0x7C00U) | (colour >> 6 & 0x03E0U) | (colour >> 3 & 0x001FU);
}

std::vector<Cell> histogram(const std::vector<std::uint32_t>& colours) {
    std::vector<Cell> cells(kCells);
    for (const std::uint32_t colour : colours) {
        if (colour != kClear) {
            Cell& cell = cells[cell_of(colour)];
            ++cell.count;
            const Rgb rgb = rgb_of(colour);
            for (std::size_t channel = 0; channel < 3; ++channel) {
                cell.sums[channel] += rgb[channel];
            }
        }
    }
    for (std::size_t number = 0; number < kCells; ++number) {
        cells[number].number = static_cast<std::uint32_t>(number);
    }
    std::erase_if(cells, [](const Cell& cell) { return cell.count == 0; });
    return cells;
}

/// A box of colours, and how much they differ in the channel where they differ most.
struct Box {
    std::span<Cell> cells;
    std::size_t serial = 0;
    std::array<std::uint64_t, 3> sums{};
    std::uint64_t count = 0;
    std::size_t channel = 0;
    double spread = 0; ///< sum over all pixels of the squared distance to the mean

    double mean(std::size_t of) const {
        return static_cast<double>(sums[of]) / static_cast<double>(count);
    }
};

Box box_of(std::span<Cell> cells, std::size_t serial) {
    Box box;
    box.cells = cells;
    box.serial = serial;
    for (const Cell& cell : cells) {
        box.count += cell.count;
        for (std::size_t channel = 0; channel < 3; ++channel) {
            box.sums[channel] += cell.sums[channel];
        }
    }
    for (std::size_t channel = 0; channel < 3; ++channel) {
        double spread = 0;
        for (const Cell& cell : cells) {
            const double distance = cell.mean(channel) - box.mean(channel);
            spread += static_cast<double>(cell.count) * distance * distance;
        }
        if (spread > box.spread) {
            box.spread = spread;
            box.channel = channel;
        }
    }
    return box;
}

struct SpreadsLess {
    bool operator()(const Box& a, const Box& b) const {
        return a.spread != b.spread ? a.spread < b.spread : a.serial > b.serial;
    }
};

/// Cuts the cells into at most `most` boxes.
std::vector<Box> cut(std::vector<Cell>& cells, std::size_t most) {
    std::priority_queue<Box, std::vector<Box>, SpreadsLess> open;
    std::vector<Box> boxes;
    std::size_t serial = 0;
    open.push(box_of(cells, serial++));
    while (!open.empty() && open.size() + boxes.size() < most) {
        const Box box = open.top();
        open.pop();
        const double mean = box.mean(box.channel);
        const auto middle =
            std::stable_partition(box.cells.begin(), box.cells.end(),
                                  [&](const Cell& cell) { return cell.mean(box.channel) <= mean; });
        const auto low = static_cast<std::size_t>(middle - box.cells.begin());
        if (low == 0 || low == box.cells.size()) { // all cells have the same mean
            boxes.push_back(box);
            continue;
        }
        open.push(box_of(box.cells.first(low), serial++));
        open.push(box_of(box.cells.subspan(low), serial++));
    }
    for (; !open.empty(); open.pop()) {
        boxes.push_back(open.top());
    }
    return boxes;
}

IndexedPixels with_cut_palette(const std::vector<std::uint32_t>& colours, std::size_t most) {
    std::vector<Cell> cells = histogram(colours);
    IndexedPixels result;
    std::vector<std::uint8_t> index_of(kCells);
    for (const Box& box : cut(cells, most)) {
        for (const Cell& cell : box.cells) {
            index_of[cell.number] = static_cast<std::uint8_t>(result.palette.size());
        }
        Rgb mean{};
        for (std::size_t channel = 0; channel < 3; ++channel) {
            mean[channel] =
                static_cast<std::uint8_t>((box.sums[channel] + box.count / 2) / box.count);
        }
        result.palette.push_back(mean);
    }
    result.indices.reserve(colours.size());
    for (const std::uint32_t colour : colours) {
        result.indices.push_back(colour == kClear ? 0 : index_of[cell_of(colour)]);
    }
    return result;
}

} // namespace

IndexedPixels quantise(const Pixels& pixels) {
    const std::vector<std::uint32_t> colours = colours_of(pixels);
    const bool has_clear = std::find(colours.begin(), colours.end(), kClear) != colours.end();
    const std::size_t most = has_clear ? kMaxColours - 1 : kMaxColours;
    const auto exact = distinct(colours, most);
    IndexedPixels result =
        exact ? with_exact_palette(colours, *exact) : with_cut_palette(colours, most);
    if (has_clear) {
        const auto clear = static_cast<std::uint8_t>(result.palette.size());
        result.palette.push_back({0, 0, 0});
        result.transparent = clear;
        for (std::size_t at = 0; at < colours.size(); ++at) {
            if (colours[at] == kClear) {
                result.indices[at] = clear;
            }
        }
    }
    return result;
}

} // namespace vitrine
