// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <string>

namespace vitrine {

/// The text of `config.yaml` as W&B's tools read it (FORMAT.md): each key of `config` with its
/// value, and `wandb` under `_wandb` unless it is empty.
/// Throws: InvalidArgument for what is no JSON (see render_json).
std::string render_config_yaml(const Json& config, const Json& wandb);

} // namespace vitrine
