// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"
#include "support/command.hpp"
#include "support/sample_dataset.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

/// A folder to work in, with a store at `.vitrine` in it.
class Workplace {
public:
    explicit Workplace(bool with_store = true) {
        if (with_store) {
            ok({"init"});
        }
    }

    const std::filesystem::path& path() const { return directory_.path(); }
    std::filesystem::path store() const { return path() / ".vitrine"; }
    std::filesystem::path write(const std::string& name, std::string_view text) const {
        write_text(path() / name, text);
        return path() / name;
    }

    CommandResult run(const std::vector<std::string>& arguments,
                      CommandOptions options = {}) const {
        options.directory = path();
        return run_vitrine(arguments, options);
    }
    /// Runs a command that must succeed.
    CommandResult ok(const std::vector<std::string>& arguments) const {
        CommandOptions options;
        options.directory = path();
        return vitrine_ok(arguments, options);
    }
    /// Runs a command that must succeed, and returns its JSON document.
    Json json(std::vector<std::string> arguments) const {
        arguments.push_back("--json");
        return ok(arguments).json();
    }

private:
    TemporaryDirectory directory_;
};

inline bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

} // namespace vitrine::test
