// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <string>

namespace vitrine {

/// Returns the text of `config.yaml` for W&B's tools (FORMAT.md): each key of `config` with its
/// value, and `wandb` under `_wandb` unless it is empty.
/// Throws: InvalidArgument if a value cannot be written as JSON (see render_json).
std::string render_config_yaml(const Json& config, const Json& wandb);

} // namespace vitrine
