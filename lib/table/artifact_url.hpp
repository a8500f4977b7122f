// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/value/value.hpp>

namespace vitrine {

/// Returns {"_type", "artifact_path": "wandb-artifact://<id in hex>/<path>"}, the JSON in a run of
/// a value that can only be stored in artifacts. Throws: InvalidArgument if the value was not
/// restored from an artifact.
Json artifact_path_json(const Value& value);

} // namespace vitrine
