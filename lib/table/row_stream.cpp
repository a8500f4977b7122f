// SPDX-License-Identifier: MIT
#include <vitrine/table/row_stream.hpp>

namespace vitrine {

RowStream::RowStream(const Table& table)
    : next_table_([] { return std::optional<Table>(); }), table_(table) {}

std::optional<TableRow> RowStream::next() {
    while (!table_ || row_ == table_->nrows()) {
        table_.reset(); // frees it before the next one is read
        table_ = next_table_();
        row_ = 0;
        if (!table_) {
            return std::nullopt;
        }
    }
    return table_->row(row_++);
}

} // namespace vitrine
