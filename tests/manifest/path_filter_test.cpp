// SPDX-License-Identifier: MIT
#include "manifest/path_filter.hpp"

#include <doctest/doctest.h>

#include <string>

namespace vitrine {

TEST_CASE("a filter knows all paths that it has, and lets few others through") {
    constexpr int kPaths = 20000;
    PathFilter filter(kPaths);
    for (int i = 0; i < kPaths; ++i) {
        filter.add("images/" + std::to_string(i) + ".png");
    }
    int others = 0;
    for (int i = 0; i < kPaths; ++i) {
        CHECK(filter.may_contain("images/" + std::to_string(i) + ".png"));
        others += filter.may_contain("images/" + std::to_string(i) + ".jpg") ? 1 : 0;
    }
    CHECK(others < kPaths / 50);
    CHECK_FALSE(PathFilter(0).may_contain("a"));
}

} // namespace vitrine
