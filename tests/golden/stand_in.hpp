// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/reference/remote_options.hpp>

#include <functional>
#include <string>

namespace vitrine::golden {

/// The servers on which the cases ref_*_mock were recorded, rebuilt from "emulated" and "notes" of
/// the cases, and an environment without credentials. The responses depend on `artifact`, the name
/// of the artifact that is being made. Both arguments are read at each request.
RemoteOptions stand_in(const Json& golden_case, const std::string& artifact);

} // namespace vitrine::golden
