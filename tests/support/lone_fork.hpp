// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace vitrine::test {

/// fork(), for children that go on without exec. The worker threads of oneTBB end before it: the
/// child would have none of them, and wait for locks that they held. They come back when they are
/// needed, in both processes. No other thread may be at work in parallel algorithms.
pid_t lone_fork();

} // namespace vitrine::test
