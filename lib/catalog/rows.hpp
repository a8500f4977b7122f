// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "catalog/sqlite.hpp"

#include <cstdint>

namespace vitrine {

/// How many rows a walk reads at a time. Between the portions it holds neither the mutex nor a
/// statement, so that the visitor may do whatever it likes, also change what it is shown.
inline constexpr std::int64_t kPortion = 4096;

/// From the columns id, kind, name, size, mark of `files`.
FileRow file_row(const sqlite::Query& query, int first);

/// From the columns sha256, objects.size, offset, damaged, and those of its file.
ObjectRow object_row(const sqlite::Query& query);

} // namespace vitrine
