// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace vitrine::test {

/// fork(), for children that continue without exec. It first ends the worker threads of oneTBB: the
/// child would not have them, and would wait for locks that they held. Both processes start them
/// again when they need them. No other thread may be inside a parallel algorithm.
pid_t lone_fork();

} // namespace vitrine::test
