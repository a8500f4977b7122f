// SPDX-License-Identifier: MIT
#include "table/cell_notes.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace vitrine {

namespace {

std::size_t row_number(const Json& json) {
    if (!json.is_number_unsigned()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected a number of rows, got ", json.type_name()));
    }
    return json.get<std::size_t>();
}

} // namespace

void CellNotes::add(const std::string& cell_path, std::size_t row, Json notes) {
    std::vector<Range>& ranges = ranges_[cell_path];
    if (!ranges.empty() && ranges.back().first + ranges.back().count == row &&
        ranges.back().notes == notes) {
        ++ranges.back().count;
    } else {
        ranges.push_back({row, 1, std::move(notes)});
    }
}

const Json& CellNotes::find(std::string_view cell_path, std::size_t row) const {
    static const Json nothing = Json::object();
    const auto found = ranges_.find(cell_path);
    if (found == ranges_.end()) {
        return nothing;
    }
    const auto after = std::ranges::upper_bound(found->second, row, {}, &Range::first);
    if (after == found->second.begin()) {
        return nothing;
    }
    const Range& range = *std::prev(after);
    return row - range.first < range.count ? range.notes : nothing;
}

Json CellNotes::to_json() const {
    Json json = Json::object();
    for (const auto& [cell_path, ranges] : ranges_) {
        Json list = Json::array();
        for (const Range& range : ranges) {
            list.push_back(Json::array({range.first, range.count, range.notes}));
        }
        json[cell_path] = std::move(list);
    }
    return json;
}

CellNotes CellNotes::from_json(const Json& json) {
    const auto refuse = [](std::string_view cell_path) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("notes of the cells ", quoted(cell_path),
                           ": expected a list of [first row, number of rows, notes] in order"));
    };
    if (!json.is_object()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("notes of cells: expected an object, got ", json.type_name()));
    }
    CellNotes notes;
    for (const auto& item : json.items()) {
        if (!item.value().is_array()) {
            refuse(item.key());
        }
        std::vector<Range>& ranges = notes.ranges_[item.key()];
        std::size_t next = 0;
        for (const Json& range : item.value()) {
            if (!range.is_array() || range.size() != 3 || !range.at(2).is_object()) {
                refuse(item.key());
            }
            const std::size_t first = row_number(range.at(0));
            const std::size_t count = row_number(range.at(1));
            if (first < next || count > SIZE_MAX - first) {
                refuse(item.key());
            }
            ranges.push_back({first, count, range.at(2)});
            next = first + count;
        }
    }
    return notes;
}

} // namespace vitrine
