// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace vitrine::golden {

/// A place where vitrine deliberately does not do what the SDK does ("formats are matched, bugs are
/// not"). WANDB.md lists each of them for users. The runner applies the deviation to the SDK's
/// record, and fails if vitrine's result differs from that.
struct Deviation {
    enum class Kind {
        Refused,  ///< the SDK does it, vitrine throws `code`
        Accepted, ///< the SDK throws, vitrine does it
        Differs,  ///< `patch` (RFC 7396) turns the SDK's record into vitrine's
    };

    std::string test_case;
    /// The number of the step; "manifest <artifact>", "log <artifact>", "read <artifact>",
    /// "run <run>".
    std::string where;
    Kind kind = Kind::Differs;
    ErrorCode code = {}; ///< of Refused
    Json patch;          ///< of Differs and Accepted; null if there is none
    std::string sdk;     ///< what the SDK does
    std::string vitrine; ///< what vitrine does
    std::string why;
};

/// All deviations, from the files of tests/data/deviations, one for each part of the SDK.
const std::vector<Deviation>& deviations();
/// Returns null if there is none for that place.
const Deviation* find_deviation(std::string_view test_case, std::string_view where);
/// Returns the record that vitrine must produce.
Json deviated(const Json& record, const Deviation& deviation);

} // namespace vitrine::golden
