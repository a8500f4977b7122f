// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/table/cell.hpp>
#include <vitrine/value/value_sink.hpp>

namespace vitrine {

/// The JSON of what is logged under `key` at `step` (a number, or "summary"); its media are bound
/// to the run. See Run::val_to_json.
Json log_cell(RunSink& run, const Json& key, const Cell& cell, const Json& step);

/// The same of each member. Throws: InvalidArgument for a key that is there twice.
Json log_members(RunSink& run, const Cell::Dictionary& members, const Json& step);

} // namespace vitrine
