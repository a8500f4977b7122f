// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/reference/remote_options.hpp>

#include <functional>
#include <string>

namespace vitrine::golden {

/// The servers that the cases ref_*_mock were recorded on, as their "emulated" and "notes" tell of
/// them, and an environment without credentials. `artifact` names the one that is being made, on
/// which their answers depend; both are asked at each request.
RemoteOptions stand_in(const Json& golden_case, const std::string& artifact);

} // namespace vitrine::golden
