// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include "core/file_system.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace vitrine {

/// The greatest step there is: that after it still is a number.
inline constexpr std::int64_t kMaxStep = INT64_MAX - 1;

/// The step of a row of a run's history. Throws: InvalidFormat unless it has one.
std::int64_t step_of(const Json& row);

/// The history of a run: `wandb-history.jsonl`, a JSON object in each line (FORMAT.md). The file is
/// locked as long as this lives, so that a run's folder has one writer. Not safe to use from many
/// threads.
class History {
public:
    /// Opens the file, or makes it. Throws: Locked if it is open elsewhere, in this process or
    /// another; IoError.
    History(std::shared_ptr<FileSystem> files, std::filesystem::path path);

    /// Hands each row to `visit`, in order; to be called once, before append. What stands after the
    /// last end of a line was torn by a crash and is cut off; gives the number of its bytes.
    /// Throws: InvalidFormat, with the line, for one that is no JSON object with a step; IoError.
    std::uint64_t read(const std::function<void(const Json&)>& visit);

    /// Adds a row with one write: it survives the death of the process. If that fails, the history
    /// is as before. Throws: InvalidArgument for a row that is no JSON or has more than 256 MiB;
    /// IoError.
    void append(const Json& row);

private:
    void cut();

    std::shared_ptr<FileSystem> files_;
    std::filesystem::path path_;
    FileDescriptor file_;
    std::uint64_t size_ = 0; ///< bytes of whole lines
    bool torn_ = false;      ///< more than `size_` bytes lie there
};

} // namespace vitrine
