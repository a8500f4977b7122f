// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/sqlite.hpp"

#include <span>
#include <string_view>

namespace vitrine {

/// A named step of the schema. Frozen once released: a change of the schema is a new migration.
struct Migration {
    std::string_view name;
    std::string_view sql;
};

/// All migrations, in the order in which they are applied.
std::span<const Migration> migrations();

/// The application id of a catalogue ("vitr"), by which tools such as `file` can tell it.
inline constexpr int kApplicationId = 0x76697472;

/// Applies the migrations that the database lacks, all in one transaction.
/// Throws: NotAStore if the database is not a catalogue; Unsupported if it has unknown migrations,
/// or if it lacks migrations and `read_only` is set; DatabaseError.
void migrate(sqlite::Connection& database, bool read_only);

/// Sets up a new database: sets the application id and applies all migrations, in one transaction.
void make_schema(sqlite::Connection& database);

} // namespace vitrine
