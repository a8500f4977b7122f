// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace vitrine {

/// How one process opens a store.
struct EngineOptions {
    bool read_only = false;
    /// How long to wait for another writer before Locked is thrown.
    std::chrono::milliseconds lock_timeout{60000};
    /// Receives warnings for the user, one line each. Called from any thread.
    std::function<void(std::string_view)> warn;
    // Tests replace these; the defaults are used where they are empty.
    std::shared_ptr<FileSystem> files;
    std::function<std::string()> now;     ///< returns the time as RFC 3339, UTC
    std::function<std::string()> draw_id; ///< returns 16 random bytes
};

} // namespace vitrine
