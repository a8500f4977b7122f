// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

namespace vitrine::tool {

/// The exit codes of the command. They never change, since scripts depend on them.
enum ExitCode : int {
    kDone = 0,
    kFailed = 1,
    kUsage = 2,
    kPartial = 3,        ///< partly done; what was left out was printed
    kDamaged = 4,        ///< verify found damage
    kDiffers = 5,        ///< diff --exit-code found differences
    kNoStore = 10,       ///< no store found
    kLocked = 11,        ///< another process holds a lock that is needed
    kInterrupted = 130,  ///< by Ctrl-C
    kOutputClosed = 141, ///< standard output was closed, as by SIGPIPE
};

/// Returns the exit code for an error of the library.
ExitCode exit_code_of(ErrorCode code);

} // namespace vitrine::tool
