// SPDX-License-Identifier: MIT
#include <vitrine/table/table.hpp>

#include "fuzz/fuzz.hpp"
#include "fuzz/values.hpp"
#include "table/row_count.hpp"

#include <sstream>

namespace {

using namespace vitrine;

Table read(const std::string& text) {
    std::istringstream stream(text);
    return Table::read(stream, Json::object(), fuzz::sample_artifact());
}

std::string written(const Table& table) {
    test::MemoryArtifact artifact;
    std::ostringstream out;
    out.exceptions(std::ios::badbit);
    table.write_json(artifact, out);
    return out.str();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::text_of(data, size));
    row_count_at_end(text);
    fuzz::accepts([&] {
        const Table table = read(text);
        for (std::size_t row = 0; row < table.nrows(); ++row) {
            for (std::size_t column = 0; column < table.ncols(); ++column) {
                fuzz::accepts([&] { table.cell(row, column); });
            }
        }
        fuzz::accepts([&] { table.slice(0, table.nrows()); });
        const std::string first = written(table);
        fuzz::require(written(read(first)) == first,
                      "a table that was written is read as the same");
    });
    return 0;
}
