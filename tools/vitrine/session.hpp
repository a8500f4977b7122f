// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/store/store.hpp>

#include "exit_codes.hpp"
#include "output.hpp"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>

namespace vitrine::tool {

/// The options that every verb takes, in front of it or behind it.
struct GlobalOptions {
    std::string store;
    double lock_timeout = 60; ///< seconds
    bool json = false;
    bool quiet = false;
    bool no_color = false;
};

/// The command line makes no sense, in a way that its parser cannot see. Exit code 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class Access { read, write };

/// What a verb works with: where results and messages go, which store, and whether to stop.
class Session {
public:
    Session(const GlobalOptions& options, std::stop_token stop);

    const GlobalOptions& options() const noexcept { return options_; }
    /// For results: takes the line of progress away, which may be on the same terminal.
    Output& out() {
        messages_.clear_progress();
        return out_;
    }
    Messages& messages() noexcept { return messages_; }

    /// Where the store lies that the command line or the place says; it may not open.
    /// Throws: NotAStore that says where it was looked for.
    std::filesystem::path store_location() const;
    /// The store that the command line or the place says.
    /// Throws: NotAStore that says where it was looked for.
    Store open_store(Access access);
    /// The same, or nothing where no place for a store was said or found.
    std::optional<Store> try_open_store(Access access);

    /// What long operations are given.
    ProgressOptions progress();
    /// Throws: Cancelled after Ctrl-C.
    void check_stop() const;

private:
    StoreOptions store_options(Access access);

    const GlobalOptions& options_;
    std::stop_token stop_;
    Output out_;
    Messages messages_;
};

} // namespace vitrine::tool
