// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/table/cell.hpp>
#include <vitrine/value/value_sink.hpp>

namespace vitrine {

/// A type of media whose lists W&B logs as one object ("images/separated", "audio", ...).
struct Batch {
    /// Whether all items are values of the type.
    bool (*fits)(const Cell::List& items);
    /// Binds each item to the run, with its index as id, and returns the JSON of the list. Logs at
    /// most the type's MAX_ITEMS items; if there are more, logs the first ones and a warning.
    Json (*log)(RunSink& run, const Json& key, const Cell::List& items, const Json& step);
};

/// Returns the batch whose type all items have; null for an empty or mixed list, or another type.
const Batch* find_batch(const Cell::List& items);

} // namespace vitrine
