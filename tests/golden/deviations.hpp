// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::golden {

/// A place where vitrine does other than the SDK on purpose ("formats are matched, bugs are not").
/// Each is also told to users in WANDB.md. The runner replaces what the SDK did by what stands
/// here, and fails if vitrine does not do that.
struct Deviation {
    enum class Kind {
        Refused,  ///< the SDK does it, vitrine throws `code`
        Accepted, ///< the SDK throws, vitrine does it
        Differs,  ///< `patch` (RFC 7396) turns the SDK's record into vitrine's
    };

    std::string_view test_case;
    /// The number of the step; "manifest <artifact>", "log <artifact>", "read <artifact>",
    /// "run <run>".
    std::string_view where;
    Kind kind;
    ErrorCode code;           ///< of Refused
    std::string_view patch;   ///< of Differs and Accepted; JSON
    std::string_view sdk;     ///< what the SDK does
    std::string_view vitrine; ///< what vitrine does
    std::string_view why;
};

/// The patch of a step that restores an image with boxes of the classes tree, car and road: its
/// labels are those of its classes.
inline constexpr std::string_view kLabels = R"({"result": {"boxes": {
        "ground_truth": {"class_labels": {"$dict": null, "1": "tree", "2": "car", "3": "road"}},
        "predictions": {"class_labels": {"$dict": null, "1": "tree", "2": "car", "3": "road"}}}}})";

/// What is said of each such step.
inline constexpr std::string_view kSdkLabels =
    "derives class labels from the ids, since it stores none";
inline constexpr std::string_view kOurLabels = "takes them from the image's classes";
inline constexpr std::string_view kWhyLabels = "the names are known";

/// The tables, one for each part of the SDK (deviations_<part>.cpp).
std::span<const Deviation> artifact_deviations();
std::span<const Deviation> document_deviations();
std::span<const Deviation> image_deviations();
std::span<const Deviation> run_deviations();
std::span<const Deviation> table_deviations();
std::span<const Deviation> cross_deviations();
/// All of them.
const std::vector<Deviation>& deviations();
/// Null if there is none for that place.
const Deviation* find_deviation(std::string_view test_case, std::string_view where);
/// The record as vitrine has to have it.
Json deviated(const Json& record, const Deviation& deviation);

} // namespace vitrine::golden
