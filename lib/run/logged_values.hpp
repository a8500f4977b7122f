// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/table/cell.hpp>
#include <vitrine/value/value_sink.hpp>

namespace vitrine {

/// Returns the JSON of a cell that is logged under `key` at `step` (a number, or "summary"), and
/// binds its media to the run. See Run::val_to_json.
Json log_cell(RunSink& run, const Json& key, const Cell& cell, const Json& step);

/// The same for each member. Throws: InvalidArgument if a key occurs twice.
Json log_members(RunSink& run, const Cell::Dictionary& members, const Json& step);

} // namespace vitrine
