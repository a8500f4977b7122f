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

/// The greatest step; the one after it can still be represented.
inline constexpr std::int64_t kMaxStep = INT64_MAX - 1;

/// Returns the step of a row of a run's history. Throws: InvalidFormat if it has none.
std::int64_t step_of(const Json& row);

/// The history of a run: `wandb-history.jsonl`, a JSON object on each line (FORMAT.md). The file is
/// locked while this object exists, so that a run's folder has one writer. Not thread-safe.
class History {
public:
    /// Opens or creates the file. Throws: Locked if it is open in this or another process; IoError.
    History(std::shared_ptr<FileSystem> files, std::filesystem::path path);

    /// Calls `visit` with each row, in order. Call it once, before append. An incomplete last line,
    /// left by a crash, is cut off; returns the number of its bytes.
    /// Throws: InvalidFormat, with the line, if a line is not a JSON object with a step; IoError.
    std::uint64_t read(const std::function<void(const Json&)>& visit);

    /// Appends a row with one write; it survives the death of the process. If the write fails, the
    /// history is unchanged. Throws: InvalidArgument if the row cannot be written as JSON or has
    /// more than 256 MiB; IoError.
    void append(const Json& row);

private:
    void cut();

    std::shared_ptr<FileSystem> files_;
    std::filesystem::path path_;
    FileDescriptor file_;
    std::uint64_t size_ = 0; ///< bytes of whole lines
    bool torn_ = false;      ///< the file has more than `size_` bytes
};

} // namespace vitrine
