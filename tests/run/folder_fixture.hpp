// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"
#include "run/run_folder.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::test {

/// A run's folder with a clock that a test sets and warnings that it reads.
struct FolderFixture {
    TemporaryDirectory temporary;
    std::filesystem::path directory = temporary.path() / "run";
    std::vector<std::string> warnings;
    double now = 1000.75;

    std::unique_ptr<RunFolder> open(std::string id = "r1",
                                    std::shared_ptr<FileSystem> files = nullptr) {
        return std::make_unique<RunFolder>(
            directory,
            RunFolderOptions{std::move(id),
                             [this](std::string_view text) { warnings.emplace_back(text); },
                             std::move(files), [this] { return now; }});
    }

    std::string text(const char* name) const {
        return try_read_file(directory / name).value_or("(none)");
    }
    std::string history() const { return text("wandb-history.jsonl"); }
    std::string summary() const { return text("wandb-summary.json"); }
};

/// Replaces a file, or makes it.
inline void put(const std::filesystem::path& path, std::string_view text) {
    write_file_atomically(*real_file_system(), path, text, false);
}

} // namespace vitrine::test
