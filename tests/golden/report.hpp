// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace vitrine::golden {

/// Thrown by a step that cannot be expressed in C++: a numpy scalar, a set, a Pillow mode.
struct NotExpressible {
    std::string reason;
};

/// Thrown by a step that uses a value which vitrine refuses to make.
struct FollowsDeviation {
    std::string of; ///< the step that made the value
};

/// What was run, and what was not run and why: nothing is left out without a line here.
struct Report {
    struct Line {
        std::string where; ///< "case, step"
        std::string what;
    };

    std::vector<std::string> cases;
    std::uint64_t steps = 0;             ///< run, and equal to what the SDK did
    std::uint64_t artifacts_written = 0; ///< manifests compared
    std::uint64_t artifacts_read = 0;    ///< folders opened
    std::uint64_t values_restored = 0;
    std::uint64_t pictures_compared = 0; ///< by pixels, where the SDK encoded them
    std::uint64_t bytes_compared = 0;
    std::vector<Line> deviations;
    std::vector<Line> following; ///< steps that use what a deviation refuses
    std::vector<Line> not_expressible;

    void print(std::ostream& out) const;
};

} // namespace vitrine::golden
