// SPDX-License-Identifier: MIT
#include "core/artifact_name.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <algorithm>

namespace vitrine {

namespace {

bool is_allowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

} // namespace

void check_artifact_name(std::string_view name) {
    if (name.empty() || !std::ranges::all_of(name, is_allowed)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("artifact name may only contain letters, digits, dashes, underscores, "
                           "and dots, got ",
                           quoted(name)));
    }
    if (name.size() > kMaxNameBytes) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("artifact name ", quoted(name), " is too long: expected at most ",
                           kMaxNameBytes, " bytes, got ", name.size()));
    }
    if (name == "." || name == "..") {
        throw Error(ErrorCode::InvalidArgument,
                    concat("artifact name ", quoted(name), " is reserved for folders"));
    }
}

} // namespace vitrine
