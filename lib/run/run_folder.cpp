// SPDX-License-Identifier: MIT
//
// How a run survives a crash.
//
//  - A row is one write at the end of the history; the last line may be incomplete, and is cut
//    off when the run is opened again. Values of the current step are only in memory.
//  - The summary has the last value of each key of rows and updates. Its file has the step of the
//    last row that it includes, so that later rows are added when the run is opened. An update,
//    which is stored nowhere else, writes it at once; rows write it now and then, for readers.
//  - `vitrine-run.json` holds the config and is replaced as a whole; `config.yaml` holds the same
//    in W&B's form and is written after it.

#include "run/run_folder.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/records/run_records.hpp"
#include "engine/store/json_fields.hpp"
#include "run/config_yaml.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

constexpr const char* kIdentityFile = "vitrine-run.json";
constexpr const char* kHistoryFile = "wandb-history.jsonl";
constexpr const char* kSummaryFile = "wandb-summary.json";
constexpr const char* kConfigFile = "config.yaml";
constexpr const char* kMediaFolder = "media";
/// "." and 32 hex digits and ".tmp"
constexpr std::size_t kTemporaryNameBytes = 37;
constexpr std::uint64_t kFormat = 1;
constexpr std::string_view kStep = "_step";
/// The seconds by which the file of the summary may lag behind the rows.
constexpr double kSummaryDelay = 1.0;

double system_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration<double>(since).count();
}

Json whole_seconds(double seconds) {
    return static_cast<std::int64_t>(std::floor(seconds));
}

/// Sets members of an object. Its own lookup is linear, which is too slow for wide rows.
void merge(Json& target, const Json& values) {
    auto& members = target.get_ref<Json::object_t&>();
    members.reserve(members.size() + values.size()); // so that no member moves
    std::unordered_map<std::string_view, Json*> known;
    for (auto& [key, value] : members) {
        known.emplace(key, &value);
    }
    for (const auto& [key, value] : values.items()) {
        const auto found = known.find(key);
        if (found == known.end()) {
            members.emplace_back(key, value);
        } else {
            *found->second = value;
        }
    }
}

const Json& object_member(const Json& json, const std::string& key) {
    const Json& member = json_member(json, key);
    if (!member.is_object()) {
        throw Error(ErrorCode::InvalidFormat, concat("'/", key, "': expected an object"));
    }
    return member;
}

std::string listed_keys(const Json& values) {
    std::string keys;
    for (const auto& item : values.items()) {
        keys += (keys.empty() ? "" : ", ") + quoted(item.key());
    }
    return keys;
}

} // namespace

RunFolder::RunFolder(std::filesystem::path directory, RunFolderOptions options)
    : directory_(std::move(directory)), files_(options.files ? options.files : real_file_system()),
      now_(options.now ? options.now : system_now), warn_(options.warn) {
    if (!options.id.empty()) {
        require_run_id(options.id);
    }
    files_->create_directories(directory_);
    refuse_foreign();
    history_.emplace(files_, path_of(kHistoryFile));
    sweep_temporaries();
    open_identity(options.id);
    read_summary();
    const std::uint64_t torn_bytes = history_->read([&](const Json& row) { take_row(row); });
    if (torn_bytes > 0) {
        warn(concat("the last row of the run's history is incomplete after a crash: ", torn_bytes,
                    " bytes were cut off"));
    }
    summary_written_at_ = now_();
}

RunFolder::~RunFolder() {
    try {
        if (!finished_) {
            finish();
        }
    } catch (const std::exception& error) {
        // A destructor cannot throw; call finish() to learn of an error.
        warn(concat("the run was not finished: ", error.what()));
    }
}

void RunFolder::warn(std::string_view message) const {
    if (warn_) {
        warn_(message);
    }
}

/// Replaced as a whole; finish() makes it survive a power cut.
void RunFolder::write(const char* name, std::string_view text) const {
    write_file_atomically(*files_, path_of(name), text, /*durable=*/false);
}

// ---- Opening

/// Files that mark a folder as a run that W&B made.
void RunFolder::refuse_foreign() const {
    const auto holds = [&](const char* name) {
        std::error_code error;
        const auto size = std::filesystem::file_size(path_of(name), error);
        return !error && size > 0;
    };
    if (!std::filesystem::exists(path_of(kIdentityFile)) &&
        (holds(kHistoryFile) || holds(kSummaryFile) || holds(kConfigFile))) {
        throw Error(ErrorCode::Unsupported,
                    concat(quoted(directory_.native()),
                           " contains a run that vitrine did not make: it has no '", kIdentityFile,
                           "'"));
    }
}

/// Removes files whose write was interrupted before their rename; no other process writes here now.
void RunFolder::sweep_temporaries() const {
    namespace fs = std::filesystem;
    std::vector<fs::path> found;
    const auto look = [&](const fs::path& path) {
        const std::string name = path.filename().native();
        if (name.size() == kTemporaryNameBytes && name.front() == '.' && name.ends_with(".tmp")) {
            found.push_back(path);
        }
    };
    for (const auto& item : fs::directory_iterator(directory_)) {
        look(item.path());
    }
    if (fs::is_directory(directory_ / kMediaFolder)) {
        for (const auto& item : fs::recursive_directory_iterator(directory_ / kMediaFolder)) {
            look(item.path());
        }
    }
    for (const fs::path& path : found) {
        files_->remove(path);
    }
}

void RunFolder::open_identity(const std::string& expected_id) {
    const auto text = try_read_file(path_of(kIdentityFile));
    if (!text) {
        id_ = expected_id.empty() ? random_name() : expected_id;
        started_at_ = static_cast<std::int64_t>(std::floor(now_()));
        write_identity(config_, wandb_);
        return;
    }
    try {
        read_identity(*text);
    } catch (Error& error) {
        error.add_context(concat("reading ", quoted(path_of(kIdentityFile).native())));
        throw;
    }
    if (!expected_id.empty() && expected_id != id_) {
        throw Error(ErrorCode::Conflict,
                    concat("folder ", quoted(directory_.native()), " contains run ", quoted(id_),
                           ", got the id ", quoted(expected_id)));
    }
    config_is_written_ = try_read_file(path_of(kConfigFile)).value_or("") ==
                         (config_.empty() && wandb_.empty() ? "" : config_text());
}

void RunFolder::read_identity(std::string_view text) {
    const Json json = parse_json_object(text);
    const std::uint64_t format = json_number(json, "format");
    if (format != kFormat) {
        throw Error(ErrorCode::Unsupported,
                    concat("'/format': expected ", kFormat, ", got ", format));
    }
    id_ = json_text(json, "id");
    try {
        require_run_id(id_);
    } catch (const Error& error) {
        throw Error(ErrorCode::InvalidFormat, concat("'/id': ", error.what()));
    }
    started_at_ = static_cast<std::int64_t>(json_number(json, "started_at"));
    config_ = object_member(json, "config");
    wandb_ = object_member(json, "wandb");
}

void RunFolder::read_summary() {
    const std::filesystem::path path = path_of(kSummaryFile);
    const auto text = try_read_file(path);
    if (!text) {
        return;
    }
    try {
        summary_ = parse_json_object(*text);
        if (summary_.contains(kStep)) {
            summarized_ = step_of(summary_);
            step_ = summarized_ + 1;
        }
    } catch (Error& error) {
        error.add_context(concat("reading ", quoted(path.native())));
        throw;
    }
}

/// Takes a row of the history when the run is opened. Rows that the file of the summary includes
/// change nothing.
void RunFolder::take_row(const Json& row) {
    const std::int64_t step = step_of(row);
    step_ = std::max(step_, step + 1);
    if (step > summarized_) {
        merge(summary_, row);
        summary_is_written_ = false;
    }
}

// ---- History

void RunFolder::require_open() const {
    if (finished_) {
        throw Error(ErrorCode::InvalidArgument, concat("run ", quoted(id_), " is finished"));
    }
}

std::int64_t RunFolder::step() const {
    const std::lock_guard lock(mutex_);
    return step_;
}

bool RunFolder::log(const Json& values, std::optional<std::int64_t> step,
                    std::optional<bool> commit) {
    const std::lock_guard lock(mutex_);
    require_open();
    if (step && *step < step_) {
        warn(concat("step must only increase in log calls: step ", *step, " < ", step_,
                    "; dropping ", listed_keys(values)));
        return false;
    }
    if (step.value_or(step_) > kMaxStep) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("a step is at most ", kMaxStep, ", got ", step.value_or(step_)));
    }
    const bool completes = step && *step > step_;
    const bool commits = commit.value_or(!step);
    if (completes || !commits) {
        static_cast<void>(render_json(values)); // throws now rather than when the row is written
    }
    if (completes) {
        write_row(row_);
        step_ = *step;
    }
    Json row = row_;
    merge(row, values);
    if (commits) {
        write_row(row);
        ++step_;
    } else {
        row_ = std::move(row);
    }
    return true;
}

/// Writes a row of the current step, unless it is empty.
void RunFolder::write_row(const Json& values) {
    if (values.empty()) {
        return;
    }
    Json row = values;
    const double now = now_();
    row[std::string(kStep)] = step_;
    if (!row.contains("_runtime")) {
        row["_runtime"] = whole_seconds(now - static_cast<double>(started_at_));
    }
    if (!row.contains("_timestamp")) {
        row["_timestamp"] = whole_seconds(now);
    }
    history_->append(row);
    row_ = Json::object();
    merge(summary_, row);
    summary_is_written_ = false;
    if (now - summary_written_at_ >= kSummaryDelay) {
        try {
            write_summary();
        } catch (const Error& error) {
            // The row is written; the summary can be rebuilt from it.
            warn(concat("the run's summary was not written: ", error.what()));
        }
    }
}

// ---- Summary

Json RunFolder::summary() const {
    const std::lock_guard lock(mutex_);
    return summary_;
}

void RunFolder::update_summary(const Json& values) {
    for (const std::string_view key : {kStep, std::string_view("_wandb")}) {
        if (values.contains(key)) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("the summary's ", quoted(key), " is reserved"));
        }
    }
    const std::lock_guard lock(mutex_);
    require_open();
    Json summary = summary_;
    merge(summary, values);
    std::swap(summary, summary_);
    try {
        write_summary();
    } catch (...) {
        std::swap(summary, summary_);
        throw;
    }
}

void RunFolder::write_summary() {
    write(kSummaryFile, render_json(summary_, kOrderedJson));
    summary_is_written_ = true;
    summary_written_at_ = now_();
}

// ---- Config

Json RunFolder::config() const {
    const std::lock_guard lock(mutex_);
    return config_;
}

Json RunFolder::config_wandb() const {
    const std::lock_guard lock(mutex_);
    return wandb_;
}

void RunFolder::update_config(const Json& values) {
    if (!values.is_object()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a JSON object for the config, got ", values.type_name()));
    }
    if (values.contains("_wandb")) {
        throw Error(ErrorCode::InvalidArgument, "the config's '_wandb' is reserved");
    }
    const std::lock_guard lock(mutex_);
    require_open();
    Json config = config_;
    merge(config, values);
    change_config(std::move(config), wandb_);
}

void RunFolder::add_singleton(std::string_view section, std::string_view key, Json value) {
    Json entry = Json::object();
    entry["type"] = section;
    entry["key"] = key;
    entry["value"] = std::move(value);
    const std::lock_guard lock(mutex_);
    require_open();
    Json wandb = wandb_;
    Json& stored = wandb[std::string(section)][std::string(key)];
    // Every picture of a key sets its labels again.
    if (render_json(stored, kOrderedJson) != render_json(entry, kOrderedJson)) {
        stored = std::move(entry);
        change_config(config_, std::move(wandb));
    }
}

void RunFolder::change_config(Json config, Json wandb) {
    write_identity(config, wandb);
    config_ = std::move(config);
    wandb_ = std::move(wandb);
    config_is_written_ = false;
    write_config();
}

void RunFolder::write_identity(const Json& config, const Json& wandb) const {
    Json json = Json::object();
    json["format"] = kFormat;
    json["id"] = id_;
    json["started_at"] = started_at_;
    json["config"] = config;
    json["wandb"] = wandb;
    write(kIdentityFile, render_json_file(json));
}

std::string RunFolder::config_text() const {
    return render_config_yaml(config_, wandb_);
}

void RunFolder::write_config() {
    write(kConfigFile, config_text());
    config_is_written_ = true;
}

// ---- The end

void RunFolder::finish() {
    const std::lock_guard lock(mutex_);
    if (finished_) {
        return;
    }
    write_row(row_);
    if (!summary_is_written_) {
        write_summary();
    }
    if (!config_is_written_) {
        write_config();
    }
    files_->sync_file_system(directory_);
    finished_ = true;
    history_.reset();
}

} // namespace vitrine
