// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/table/cell.hpp>
#include <vitrine/value/value_sink.hpp>

namespace vitrine {

/// A type of media of which W&B logs a list as one ("images/separated", "audio", ...).
struct Batch {
    /// Whether all items are values of the type.
    bool (*fits)(const Cell::List& items);
    /// Binds each item to the run with its index as id, and gives the JSON of the list. Of more
    /// items than the type's MAX_ITEMS the first are taken, and the run is warned.
    Json (*log)(RunSink& run, const Json& key, const Cell::List& items, const Json& step);
};

/// The type of which all items are; null for an empty list, a mixed one, or one of another type.
const Batch* find_batch(const Cell::List& items);

} // namespace vitrine
