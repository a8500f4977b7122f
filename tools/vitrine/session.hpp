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

/// The options that every verb takes, before or after its name.
struct GlobalOptions {
    std::string store;
    bool trust = false;
    double lock_timeout = 60; ///< seconds
    bool json = false;
    bool quiet = false;
    bool no_color = false;
};

/// The command line is wrong in a way that its parser cannot detect. Exit code 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class Access {
    read,
    write,
    /// Of a store on a read-only disk, or of another user: reads, and keeps nothing of what it
    /// finds.
    write_if_possible,
};

/// The context of a verb: where results and messages go, which store to use, and whether to stop.
class Session {
public:
    Session(const GlobalOptions& options, std::stop_token stop);

    const GlobalOptions& options() const noexcept { return options_; }
    /// For results. Clears the progress line, which may be on the same terminal.
    Output& out() {
        messages_.clear_progress();
        return out_;
    }
    Messages& messages() noexcept { return messages_; }

    /// Returns the folder of the store, from the options or found from the working directory. The
    /// store may not open. Throws: NotAStore that says where it was searched for.
    std::filesystem::path store_location() const;
    /// Opens that store. Throws: NotAStore that says where it was searched for; what Store::open
    /// throws.
    Store open_store(Access access);
    /// The same, or nullopt if no store was named or found.
    std::optional<Store> try_open_store(Access access);

    /// Returns the progress options for long operations.
    ProgressOptions progress();
    /// Throws: Cancelled after Ctrl-C.
    void check_stop() const;

private:
    StoreOptions store_options(Access access, const std::filesystem::path& location);

    const GlobalOptions& options_;
    std::stop_token stop_;
    Output out_;
    Messages messages_;
};

} // namespace vitrine::tool
