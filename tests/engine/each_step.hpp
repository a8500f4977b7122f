// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine_fixture.hpp"
#include "support/dying_file_system.hpp"
#include "support/sanitized.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace vitrine::test {

inline constexpr std::size_t kMaxSteps = 500; ///< more than any operation in these tests has

/// For each step of `action`: prepares a new store, executes `action` in a child that dies at that
/// step, and then checks the store.
inline void die_at_each_step(const std::function<void(Engine&)>& prepare,
                             const std::function<void(Engine&)>& action,
                             const std::function<void(const StoreFolder&)>& check) {
    for (std::size_t step = 0; step < kMaxSteps; step += kStepsApart) {
        CAPTURE(step);
        const StoreFolder folder;
        prepare(*folder.open());
        const int status = run_in_child([&] {
            const auto engine = folder.open(with_files(std::make_shared<DyingFileSystem>(step)));
            action(*engine);
        });
        check(folder);
        check_sound(folder);
        if (status == 0) {
            return;
        }
        REQUIRE(status == DyingFileSystem::kStatus);
    }
    FAIL("it never came to an end");
}

} // namespace vitrine::test
