// SPDX-License-Identifier: MIT
#pragma once

#include "golden/deviations.hpp"
#include "golden/world.hpp"

#include <string>

namespace vitrine::golden {

/// Runs one check of a case that has tables of results instead of steps, and counts it, or
/// reports why it cannot be run.
template <class Check>
void count(World& world, const std::string& where, const Check& check) {
    INFO(where);
    const std::string place = world.golden.name + ", " + where;
    try {
        check();
        ++world.report.steps;
    } catch (const NotExpressible& cause) {
        world.report.not_expressible.push_back({place, cause.reason});
    } catch (const Error& error) {
        FAIL_CHECK("the SDK does it, vitrine throws: ", error.what());
    }
}

/// Records that the listed deviation was met; only once, however many checks meet it.
void note_deviation(World& world, const std::string& where);

} // namespace vitrine::golden
