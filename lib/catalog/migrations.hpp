// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/sqlite.hpp"

#include <span>
#include <string_view>

namespace vitrine {

/// A named step of the schema. Frozen once released: a change of the schema is a further one.
struct Migration {
    std::string_view name;
    std::string_view sql;
};

/// All of them, in the order in which they are applied.
std::span<const Migration> migrations();

/// Marks a SQLite file as a catalogue ("vitr"), as `file` and the like show it.
inline constexpr int kApplicationId = 0x76697472;

/// Applies those that the database lacks, all in one transaction. With `read_only` nothing is
/// applied. Throws: NotAStore for a database that is no catalogue; Unsupported for one with
/// migrations that this build does not know, or (read only) without one that it needs.
void migrate(sqlite::Connection& database, bool read_only);

/// The first transaction of a new database: marks it and applies all migrations.
void make_schema(sqlite::Connection& database);

} // namespace vitrine
