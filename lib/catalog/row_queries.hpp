// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog_connection.hpp"
#include "catalog/rows.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// What the tables of the catalogue share to read and write their rows.

namespace vitrine {

/// The number of rows that a walk reads at a time.
inline constexpr std::int64_t kPortion = 4096;

/// Calls `visit` for each row, and reads the rows in portions: `read` returns the first kPortion
/// rows after `last`, or the first of all for null. Between portions neither the mutex nor a
/// statement is held, so that `visit` may do anything, also change the rows.
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

/// The bytes of `digest`; none for null, which sorts before every digest.
std::string after(const Sha256* digest);

/// Reads the columns id, kind, name, size, mark of `files`, from the column `first` on.
FileRow file_row(const sqlite::Query& query, int first);

/// Reads the columns sha256, objects.size, offset, damaged, and those of the object's file.
ObjectRow object_row(const sqlite::Query& query);

/// Inserts or replaces the row of a file and removes its mark. Returns the file's id.
std::int64_t put_file(CatalogConnection& connection, FileKind kind, const Sha256& name,
                      std::uint64_t size);

} // namespace vitrine
