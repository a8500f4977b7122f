// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "catalog/sqlite.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vitrine {

/// How many rows a walk reads at a time.
inline constexpr std::int64_t kPortion = 4096;

/// Walks rows in portions: `read` gives the first kPortion that come after a row, or after nothing.
/// Between the portions it holds neither the mutex nor a statement, so that `visit` may do whatever
/// it likes, also change what it is shown.
template <class Row>
void walk_rows(const std::function<std::vector<Row>(const Row* last)>& read,
               const std::function<void(const Row&)>& visit) {
    std::vector<Row> portion = read(nullptr);
    while (!portion.empty()) {
        for (const Row& row : portion) {
            visit(row);
        }
        const bool is_full = portion.size() == static_cast<std::size_t>(kPortion);
        portion = is_full ? read(&portion.back()) : std::vector<Row>();
    }
}

/// The bytes that a digest must be greater than to come after this one; all do after null.
std::string after(const Sha256* digest);

/// From the columns id, kind, name, size, mark of `files`.
FileRow file_row(const sqlite::Query& query, int first);

/// From the columns sha256, objects.size, offset, damaged, and those of its file.
ObjectRow object_row(const sqlite::Query& query);

} // namespace vitrine
