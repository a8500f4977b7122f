// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The notes of the values in a table's cells (ArtifactSink::annotate). Consecutive rows with equal
/// notes share one record.
///
/// JSON: {"<cell path>": [[<first row>, <number of rows>, {notes}], ...]}, in the order of rows. A
/// cell path is the index of the column, followed by the JSON pointer of a value inside a list or
/// dictionary: "2", "2/front/0".
class CellNotes {
public:
    /// Adds the notes of a value. Rows must be added in order.
    void add(const std::string& cell_path, std::size_t row, Json notes);
    bool empty() const noexcept { return ranges_.empty(); }
    /// Returns the notes; an empty object if there are none.
    const Json& find(std::string_view cell_path, std::size_t row) const;

    Json to_json() const;
    /// Throws: InvalidFormat.
    static CellNotes from_json(const Json& json);

private:
    struct Range {
        std::size_t first;
        std::size_t count;
        Json notes;
    };
    std::map<std::string, std::vector<Range>, std::less<>> ranges_;
};

} // namespace vitrine
