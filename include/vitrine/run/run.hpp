// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/store/store.hpp>
#include <vitrine/table/cell.hpp>
#include <vitrine/value/value_sink.hpp>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

class RunFolder; // lib/run/run_folder.hpp: the files of a run but for its media

struct RunOptions {
    /// "" draws 32 hex digits for a new run, and takes that of a run that is continued. Else 1 to
    /// 128 letters, digits, '_', '-', '.', the first no '.'.
    std::string id = {};
    /// Told of what is left out or looks wrong; called from any thread that uses the run. It must
    /// not throw and not call the run. Nobody is told if it is empty.
    std::function<void(std::string_view)> warn = {};
    /// Where use_artifact looks and log_artifact commits.
    std::optional<Store> store = std::nullopt;
};

/// What is logged at once: keys, and what is logged under each.
///
///     run.log({{"loss", 0.1}, {"sample", image}, {"batch", Cell::List{first, second}}});
using LogValues = Cell::Dictionary;

/// When values are logged.
struct LogOptions {
    /// Values that are logged for one step are one row of the history; of one key the last counts.
    /// By default the step that comes next. A step that lies behind is dropped, with a warning.
    std::optional<std::int64_t> step = std::nullopt;
    /// Whether the row is complete. By default where no step is given; a row whose step is given is
    /// complete when a greater one comes, or at the end.
    std::optional<bool> commit = std::nullopt;
};

/// A folder that values are logged to, step by step, and that remembers which artifacts it used
/// and made. What it writes is laid out as W&B 0.10 does it (lib/run/FORMAT.md): the history as
/// JSON lines, the summary, the config, and the files of media.
///
/// Opened again, a run goes on with the step after its last. One Run at a time has a folder. Each
/// complete row is written at once and survives the death of the process; finish() makes all of it
/// survive a power cut. All members may be called from many threads; calls of log are done one
/// after the other.
class Run final : public RunSink {
public:
    /// Makes the folder where it is missing, or continues the run that lies there.
    /// Throws: Locked if the run is open elsewhere; Conflict if another id lies there; Unsupported
    /// for a run that W&B made; InvalidArgument for an id that is none; InvalidFormat; IoError.
    explicit Run(std::filesystem::path directory, RunOptions options = {});
    /// finish(), if that was not called; what goes wrong then is a warning.
    ~Run() override;
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    std::string run_id() const override;
    std::filesystem::path directory() const override;

    // History

    /// Logs values; see LogOptions. Media are bound to the run at once (see val_to_json), so that
    /// their own files may go afterwards.
    ///
    /// If it throws, the history and the summary are as before, and it can be called again. Throws:
    /// InvalidArgument for a key that is there twice, text that is not UTF-8, a step beyond 63
    /// bits, a finished run; IoError; what val_to_json throws.
    void log(const LogValues& values, const LogOptions& options = {});
    /// The same for a step.
    template <std::integral Integer>
    void log(const LogValues& values, Integer step) {
        log(values, LogOptions{.step = static_cast<std::int64_t>(step)});
    }
    /// The step that comes next, or that of the row which is not complete.
    std::int64_t step() const;

    // Summary and config

    /// What was logged last under each key, with `_step`, `_runtime` and `_timestamp` of the last
    /// row, and what update_summary set after that.
    Json summary() const;
    /// Replaces members of the summary; written at once. Media are bound with "summary" for a step.
    /// Throws: InvalidArgument also for the keys '_step' and '_wandb'; as log.
    void update_summary(const LogValues& values);

    /// The settings of the run: what update_config set.
    Json config() const;
    /// Replaces members of the config; written at once. `values` is a JSON object.
    /// Throws: InvalidArgument for no object, or the key '_wandb'; as log.
    void update_config(const Json& values);
    /// What the config holds under `_wandb`: section -> key -> {"type", "key", "value"}.
    Json config_wandb() const;

    // Artifacts

    /// Opens a version of the store ("cells:latest") and notes there that this run used it.
    /// Throws: InvalidArgument for a run without a store; what Store::artifact and Store::note_use
    /// throw.
    Artifact use_artifact(std::string_view reference);
    /// Notes that this run used an artifact of its store, and gives it back.
    /// Throws: NotFound if the store has no such version.
    Artifact use_artifact(const Artifact& artifact);
    /// Commits a draft of the store as a version that this run made.
    /// Throws: InvalidArgument for a run without a store; what Store::commit throws.
    Artifact log_artifact(ArtifactBuilder&& draft, CommitOptions options = {});

    /// Completes the open row, writes what is left and flushes it to the disk; nothing can be
    /// logged after it. Throws: IoError; then it can be called again.
    void finish();

    // What values are written as

    /// The JSON that the history holds for `value`. A media value is bound under `key`, unless it
    /// is bound. A list of media of one type that W&B knows lists of (images, audio, ...) becomes
    /// one object ("images/separated", ...): each is bound with its index as id, and of more than
    /// the type's MAX_ITEMS the first are taken, with a warning. Other lists and dictionaries are
    /// written item by item: a value in a dictionary bears the inner key, as in W&B; a list there
    /// all keys with dots between, so that no two lists share files.
    /// Throws: InvalidArgument for a value without a step (null); what Media::bind_to_run and
    /// Value::to_json throw.
    Json val_to_json(const Json& key, const Cell& value, const Json& step);
    /// The same of each member, for the step that stands under "_step".
    Json history_dict_to_json(const LogValues& values);

    // For values

    /// Either the whole file lies there or what was there before.
    void put_file(const MediaFile& file, std::string_view path) override;
    void add_singleton(std::string_view section, std::string_view key, Json value) override;
    void warn(std::string_view message) override;

private:
    const Store& store() const;
    RunIdentity identity() const;

    std::unique_ptr<RunFolder> folder_;
    std::optional<Store> store_;
    std::mutex log_mutex_; ///< one log after the other
};

} // namespace vitrine
