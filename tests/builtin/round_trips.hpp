// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/value.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace vitrine::test {

/// A value that is written to an artifact and restored from it.
struct RoundTrip {
    std::string_view type;
    std::string_view what;
    std::function<std::shared_ptr<const Value>()> make;
};

/// At least one for each built-in type.
const std::vector<RoundTrip>& round_trips();

} // namespace vitrine::test
