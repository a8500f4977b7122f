// SPDX-License-Identifier: MIT
#include "golden/counting.hpp"

#include <algorithm>

namespace vitrine::golden {

void note_deviation(World& world, const std::string& where) {
    const Deviation* deviation = find_deviation(world.golden.name, where);
    REQUIRE(deviation != nullptr);
    const std::string full_name = world.golden.name + ", " + where;
    const bool is_new = std::ranges::none_of(
        world.report.deviations, [&](const auto& line) { return line.where == full_name; });
    if (is_new) {
        world.report.deviations.push_back({full_name, std::string(deviation->vitrine)});
    }
}

} // namespace vitrine::golden
