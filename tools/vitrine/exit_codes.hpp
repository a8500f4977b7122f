// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

namespace vitrine::tool {

/// What the command ends with. Frozen: scripts depend on the numbers.
enum ExitCode : int {
    kDone = 0,
    kFailed = 1,
    kUsage = 2,
    kPartial = 3,        ///< done in part; what was left out was said
    kDamaged = 4,        ///< verify found damage
    kDiffers = 5,        ///< diff --exit-code found differences
    kNoStore = 10,       ///< no store there
    kLocked = 11,        ///< another process holds what is needed
    kInterrupted = 130,  ///< by Ctrl-C
    kOutputClosed = 141, ///< the reader of standard output went away, as by SIGPIPE
};

/// What a library error ends the command with.
ExitCode exit_code_of(ErrorCode code);

} // namespace vitrine::tool
