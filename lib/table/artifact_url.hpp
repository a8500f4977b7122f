// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/value/value.hpp>

namespace vitrine {

/// {"_type", "artifact_path": "wandb-artifact://<id in hex>/<path>"}: what is logged to a run of a
/// value that only lives in artifacts.
/// Throws: InvalidArgument for a value that was not restored from an artifact.
Json artifact_path_json(const Value& value);

} // namespace vitrine
