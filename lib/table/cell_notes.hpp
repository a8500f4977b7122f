// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// What the values in a table's cells say beside their JSON (ArtifactSink::annotate): kept once for
/// all rows after one another that say the same.
///
/// JSON: {"<place>": [[<first row>, <number of rows>, {notes}], ...]}, where a place is the index
/// of the column, and below it the JSON pointer of a value that lies in a list or dictionary: "2",
/// "2/front/0". Rows in order.
class CellNotes {
public:
    /// Rows in order.
    void add(const std::string& place, std::size_t row, Json notes);
    bool empty() const noexcept { return ranges_.empty(); }
    /// An empty object where there is nothing.
    const Json& find(std::string_view place, std::size_t row) const;

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
