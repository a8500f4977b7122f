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

/// The id and environment of a RunFolder, which tests replace.
struct RunFolderOptions {
    std::string id; ///< "": random for a new run, else that of the existing run
    std::function<void(std::string_view)> warn;
    std::shared_ptr<FileSystem> files; ///< the disk itself if empty
    std::function<double()> now;       ///< seconds since 1970; the system's clock if empty
};

/// The files of a run except its media: history, summary, config and identity (FORMAT.md). It
/// handles only JSON. Thread-safe.
class RunFolder {
public:
    /// Creates the folder if it is missing, or continues the run in it.
    ///
    /// Throws: Locked if the run is open elsewhere; Conflict if the folder has a run with another
    /// id; Unsupported if vitrine did not make the run; InvalidFormat; IoError.
    RunFolder(std::filesystem::path directory, RunFolderOptions options);
    ~RunFolder();

    const std::string& id() const noexcept { return id_; }
    const std::filesystem::path& directory() const noexcept { return directory_; }
    FileSystem& files() const noexcept { return *files_; }
    void warn(std::string_view message) const;

    /// Returns the step of the next row, which is that of the values not written yet.
    std::int64_t step() const;
    /// Merges `values` into the row of `step`, or of the current step. A greater step first writes
    /// the current row. `commit` (the default if no step is given) writes the row at once and
    /// advances to the next step. Values of an earlier step are dropped with a warning; it then
    /// returns false.
    ///
    /// Throws, with nothing changed: InvalidArgument if a value cannot be written as JSON or the
    /// run is finished; IoError.
    bool log(const Json& values, std::optional<std::int64_t> step, std::optional<bool> commit);

    /// The last value of each key of rows and updates. An update is written at once; throws as log.
    Json summary() const;
    void update_summary(const Json& values);

    /// Changes are written at once; they throw as log.
    Json config() const;
    void update_config(const Json& values);
    Json config_wandb() const;
    void add_singleton(std::string_view section, std::string_view key, Json value);

    /// Writes what is left and flushes all files to the disk. Nothing can be logged afterwards.
    /// Throws: IoError; it can then be called again.
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
    Json row_ = Json::object(); ///< logged for step_ and not written yet
    Json summary_ = Json::object();
    std::int64_t summarized_ = -1; ///< the step of the last row in the summary's file
    bool summary_is_written_ = true;
    double summary_written_at_ = 0;
    Json config_ = Json::object();
    Json wandb_ = Json::object();
    bool config_is_written_ = true; ///< config.yaml is up to date with config_
    bool finished_ = false;
};

} // namespace vitrine
