// SPDX-License-Identifier: MIT
#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/run/run.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "run/logged_values.hpp"
#include "run/run_folder.hpp"

#include <utility>

namespace vitrine {

namespace {

/// For a row that will be dropped: its media are not stored.
Json keys_alone(const LogValues& values) {
    Json row = Json::object();
    for (const auto& item : values) {
        row.get_ref<Json::object_t&>().emplace_back(item.first, nullptr);
    }
    return row;
}

} // namespace

Run::Run(std::filesystem::path directory, RunOptions options)
    : folder_(std::make_unique<RunFolder>(
          std::move(directory),
          RunFolderOptions{std::move(options.id), std::move(options.warn), nullptr, nullptr})),
      store_(std::move(options.store)) {}

Run::~Run() = default;

std::string Run::run_id() const {
    return folder_->id();
}

std::filesystem::path Run::directory() const {
    return folder_->directory();
}

// ---- History

void Run::log(const LogValues& values, const LogOptions& options) {
    const std::lock_guard lock(log_mutex_);
    const std::int64_t current = folder_->step();
    const std::int64_t step = options.step.value_or(current);
    const Json row = step < current ? keys_alone(values) : log_members(*this, values, step);
    folder_->log(row, options.step, options.commit);
}

std::int64_t Run::step() const {
    return folder_->step();
}

// ---- Summary and config

Json Run::summary() const {
    return folder_->summary();
}

void Run::update_summary(const LogValues& values) {
    folder_->update_summary(log_members(*this, values, "summary"));
}

Json Run::config() const {
    return folder_->config();
}

void Run::update_config(const Json& values) {
    folder_->update_config(values);
}

Json Run::config_wandb() const {
    return folder_->config_wandb();
}

// ---- Artifacts

const Store& Run::store() const {
    if (!store_) {
        throw Error(ErrorCode::InvalidArgument, concat("run ", quoted(folder_->id()),
                                                       " has no store: open it with one "
                                                       "to use and log artifacts"));
    }
    return *store_;
}

RunIdentity Run::identity() const {
    const std::string path = std::filesystem::absolute(folder_->directory()).native();
    // A record is JSON, which can contain only UTF-8 paths.
    return {folder_->id(), utf8_prefix(path) == path.size() ? path : std::string()};
}

Artifact Run::use_artifact(std::string_view reference) {
    return use_artifact(store().artifact(reference));
}

Artifact Run::use_artifact(const Artifact& artifact) {
    store().record_use(artifact, identity());
    return artifact;
}

Artifact Run::log_artifact(ArtifactBuilder&& draft, CommitOptions options) {
    options.run = identity();
    return store().commit(std::move(draft), options);
}

void Run::finish() {
    const std::lock_guard lock(log_mutex_);
    folder_->finish();
}

// ---- Values

Json Run::val_to_json(const Json& key, const Cell& value, const Json& step) {
    return log_cell(*this, key, value, step);
}

Json Run::history_dict_to_json(const LogValues& values) {
    Json step;
    for (const auto& [key, value] : values) {
        if (key == "_step") {
            step = value.json();
        }
    }
    return log_members(*this, values, step);
}

void Run::put_file(const MediaFile& file, std::string_view path) {
    const std::filesystem::path target = directory() / EntryPath(std::string(path)).disk_path();
    FileSystem& files = folder_->files();
    files.create_directories(target.parent_path());
    write_file_atomically(files, target, file.read(), /*durable=*/false);
}

void Run::add_singleton(std::string_view section, std::string_view key, Json value) {
    folder_->add_singleton(section, key, std::move(value));
}

void Run::warn(std::string_view message) {
    folder_->warn(message);
}

} // namespace vitrine
