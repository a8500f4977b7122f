// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/core/export.hpp>
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

/// How a run is opened.
struct RunOptions {
    /// The id: 1 to 128 letters, digits, '_', '-', '.', the first not '.'. If empty, a new run gets
    /// 32 random hex digits and a continued run keeps its id.
    std::string id = {};
    /// Called with warnings: what is left out or looks wrong. Any thread that uses the run may call
    /// it. It must not throw and must not call the run. May be empty.
    std::function<void(std::string_view)> warn = {};
    /// The store of use_artifact and log_artifact, which throw InvalidArgument if it is absent.
    std::optional<Store> store = std::nullopt;
};

/// The keys and values of one call of log.
///
///     run.log({{"loss", 0.1}, {"sample", image}, {"batch", Cell::List{first, second}}});
using LogValues = Cell::Dictionary;

/// The step of logged values.
struct LogOptions {
    /// All values of one step form one row of the history; the last value of a key counts. By
    /// default, the next step. Values of an earlier step are dropped with a warning.
    std::optional<std::int64_t> step = std::nullopt;
    /// Whether this call completes the row. By default, true if no step is given. A row with a
    /// given step is complete when a greater step is logged or the run finishes.
    std::optional<bool> commit = std::nullopt;
};

/// A folder to which a program logs values step by step, and that records which artifacts the run
/// used and made. Its files have the layout of W&B 0.10 (lib/run/FORMAT.md): the history as JSON
/// lines, the summary, the config, and the files of media.
///
/// A run that is opened again continues with the step after its last. Only one Run can have a
/// folder open. Each complete row is written at once and survives the death of the process; after
/// finish() returns, everything survives a power cut. Safe to use from many threads; calls of log
/// are executed one after the other.
class VITRINE_EXPORT Run final : public RunSink {
public:
    /// Creates the folder if it is missing, or continues the run in it.
    /// Throws: Locked if the run is open elsewhere; Conflict if the folder has a run of another id;
    /// Unsupported for a run that W&B or a newer vitrine made; InvalidArgument for an invalid id;
    /// InvalidFormat for damaged files; IoError.
    explicit Run(std::filesystem::path directory, RunOptions options = {});
    /// Calls finish() if it was not called; an error becomes a warning.
    ~Run() override;
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    /// The id; see RunOptions.
    std::string run_id() const override;
    /// The folder, as it was given.
    std::filesystem::path directory() const override;

    // History

    /// Logs values; see LogOptions. Media are bound to the run at once (see val_to_json), so their
    /// own files may be deleted afterwards.
    ///
    /// If it throws, the history and the summary are unchanged, and it can be called again. Throws:
    /// InvalidArgument for a key that appears twice, text that is not UTF-8, a step beyond
    /// 2^63 - 2, a row of more than 256 MiB, or a finished run; IoError; what val_to_json throws.
    void log(const LogValues& values, const LogOptions& options = {});
    /// Logs values for a step. Throws: as the other log.
    template <std::integral Integer>
    void log(const LogValues& values, Integer step) {
        log(values, LogOptions{.step = static_cast<std::int64_t>(step)});
    }
    /// The step of the row that is not complete; if there is none, the next step.
    std::int64_t step() const;

    // Summary and config

    /// The last logged value of each key, with `_step`, `_runtime` and `_timestamp` of the last
    /// row, and what update_summary set since.
    Json summary() const;
    /// Replaces members of the summary and writes it at once. Media are bound with "summary" as
    /// step. Throws: InvalidArgument also for the keys '_step' and '_wandb'; as log. Then the
    /// summary is unchanged.
    void update_summary(const LogValues& values);

    /// The settings of the run, as update_config set them.
    Json config() const;
    /// Replaces members of the config and writes it at once. `values` is a JSON object.
    /// Throws: InvalidArgument if it is not an object, or for the key '_wandb'; as log.
    void update_config(const Json& values);
    /// The member `_wandb` of the config: section -> key -> {"type", "key", "value"}.
    Json config_wandb() const;

    // Artifacts

    /// Opens a version of the store ("cells:latest") and records in the store that this run used
    /// it. Throws: InvalidArgument for a run without a store; what Store::artifact and
    /// Store::record_use throw.
    Artifact use_artifact(std::string_view reference);
    /// Records that this run used an artifact of its store, and returns it.
    /// Throws: InvalidArgument for a run without a store; NotFound if the store has no such
    /// version; what Store::record_use throws.
    Artifact use_artifact(const Artifact& artifact);
    /// Commits a draft of the store as a version that this run made, and returns it.
    /// Throws: InvalidArgument for a run without a store; what Store::commit throws. Then the draft
    /// can be committed again.
    Artifact log_artifact(ArtifactBuilder&& draft, CommitOptions options = {});

    /// Completes the open row and flushes all files to the disk. Nothing can be logged afterwards.
    /// Throws: InvalidArgument for a row of more than 256 MiB; IoError; then it can be called
    /// again.
    void finish();

    // The JSON of values

    /// Returns the JSON of `value` in the history. A media value is bound under `key`, unless it is
    /// bound. A list of media of one type for which W&B has lists (images, audio, ...) becomes one
    /// object ("images/separated", ...): each item is bound with its index as id; at most the
    /// type's MAX_ITEMS are taken, with a warning. Other lists and dictionaries are written item by
    /// item: a value in a dictionary is bound under the inner key, as W&B does, and a list in a
    /// dictionary under all keys with dots between, so that no two lists share files. Throws:
    /// InvalidArgument for a value without a step (null); what Media::bind_to_run and
    /// Value::to_json throw.
    Json val_to_json(const Json& key, const Cell& value, const Json& step);
    /// Applies val_to_json to each member, with the step that is the member "_step". Throws: as
    /// val_to_json.
    Json history_dict_to_json(const LogValues& values);

    // For values

    /// After a crash the path has either the complete file or the earlier one. Throws: as
    /// RunSink::put_file.
    void put_file(const MediaFile& file, std::string_view path) override;
    /// Writes the config at once. Throws: as RunSink::add_singleton.
    void add_singleton(std::string_view section, std::string_view key, Json value) override;
    /// Calls RunOptions::warn.
    void warn(std::string_view message) override;

private:
    const Store& store() const;
    RunIdentity identity() const;

    std::unique_ptr<RunFolder> folder_;
    std::optional<Store> store_;
    std::mutex log_mutex_; ///< one log after the other
};

} // namespace vitrine
