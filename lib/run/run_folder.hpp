// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include "core/file_system.hpp"
#include "run/history.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// How a RunFolder meets the world; stand-ins for tests.
struct RunFolderOptions {
    std::string id; ///< "" draws one for a new run and takes that of one which is there
    std::function<void(std::string_view)> warn;
    std::shared_ptr<FileSystem> files; ///< the disk itself if empty
    std::function<double()> now;       ///< seconds since 1970; the system's clock if empty
};

/// The files of a run but for its media: history, summary, config and who it is (FORMAT.md). It
/// knows JSON alone. Safe to use from many threads.
class RunFolder {
public:
    /// Makes the folder where it is missing, or continues the run that lies there.
    ///
    /// Throws: Locked if it is open elsewhere; Conflict if another run than `id` lies there;
    /// Unsupported for a run that vitrine did not make; InvalidFormat; IoError.
    RunFolder(std::filesystem::path directory, RunFolderOptions options);
    ~RunFolder();

    const std::string& id() const noexcept { return id_; }
    const std::filesystem::path& directory() const noexcept { return directory_; }
    FileSystem& files() const noexcept { return *files_; }
    void warn(std::string_view message) const;

    /// The step that the next row has: that of the values which are not written yet.
    std::int64_t step() const;
    /// Merges `values` into the row of `step`, or of the current step. A greater step writes what
    /// is there as a row first; `commit` (by default where no step is given) writes the row at once
    /// and goes on to the next step. A step that lies behind is told and dropped: gives false.
    ///
    /// If it throws nothing has changed. Throws: InvalidArgument for what is no JSON, a finished
    /// run; IoError.
    bool log(const Json& values, std::optional<std::int64_t> step, std::optional<bool> commit);

    /// What rows and updates said last. An update is written at once; throws as log.
    Json summary() const;
    void update_summary(const Json& values);

    /// Written at once; throws as log.
    Json config() const;
    void update_config(const Json& values);
    Json config_wandb() const;
    void add_singleton(std::string_view section, std::string_view key, Json value);

    /// Writes what is left and flushes all of it to the disk; nothing can be logged after it.
    /// Throws: IoError; then it can be called again.
    void finish();

private:
    std::filesystem::path path_of(const char* name) const { return directory_ / name; }
    void write(const char* name, std::string_view text) const;

    void refuse_foreign() const;
    void sweep_temporaries() const;
    void open_identity(const std::string& expected_id);
    void read_identity(std::string_view text);
    void read_summary();
    void take_row(const Json& row);

    void require_open() const;
    void write_row(const Json& values);
    void write_identity(const Json& config, const Json& wandb) const;
    std::string config_text() const;
    void write_config();
    void write_summary();
    void change_config(Json config, Json wandb);

    std::filesystem::path directory_;
    std::shared_ptr<FileSystem> files_;
    std::function<double()> now_;
    std::function<void(std::string_view)> warn_;
    std::string id_;
    std::int64_t started_at_ = 0; ///< seconds since 1970

    mutable std::mutex mutex_; ///< guards all that follows
    std::optional<History> history_;
    std::int64_t step_ = 0;
    Json row_ = Json::object(); ///< logged for step_ and not written
    Json summary_ = Json::object();
    std::int64_t summarized_ = -1; ///< the step of the last row in the summary's file
    bool summary_is_written_ = true;
    double summary_written_at_ = 0;
    Json config_ = Json::object();
    Json wandb_ = Json::object();
    bool config_is_written_ = true; ///< config.yaml says what config_ does
    bool finished_ = false;
};

} // namespace vitrine
