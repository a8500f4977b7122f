// SPDX-License-Identifier: MIT
#include "engine/commit/staged_draft.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/stat_key.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

} // namespace

StagedDraft::StagedDraft(std::shared_ptr<OpenStore> store, std::shared_ptr<const OpenVersion> base)
    : store_(std::move(store)), lease_(store_->leases.take()),
      staging_(lease_->new_staging_folder(), store_->options.files),
      packs_(staging_, store_->options.files, store_->durable()), epoch_(lease_->epoch()) {
    if (base) {
        hold(std::move(base));
    }
}

StagedDraft::~StagedDraft() {
    try {
        staging_.drop();
    } catch (const Error& error) {
        store_->warn(concat("a draft's folder is left for gc to sweep: ", error.what()));
    }
}

void StagedDraft::require_open() const {
    const std::lock_guard lock(mutex_);
    if (finished_) {
        throw Error(ErrorCode::InvalidArgument, "the draft has been committed");
    }
}

void StagedDraft::hold(std::shared_ptr<const OpenVersion> version) {
    if (version->engine()->settings().store_id != store_->settings.store_id) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("artifact ", quoted(version->record().name), " is of another store"));
    }
    const std::lock_guard lock(mutex_);
    if (known_.insert(version.get()).second) {
        epoch_ = std::min(epoch_, version->lease_epoch());
        held_.push_back(std::move(version));
    }
}

std::vector<std::shared_ptr<const OpenVersion>> StagedDraft::held() const {
    const std::lock_guard lock(mutex_);
    return held_;
}

std::uint64_t StagedDraft::epoch() const {
    const std::lock_guard lock(mutex_);
    return epoch_;
}

std::vector<StatRow> StagedDraft::stats() const {
    const std::lock_guard lock(mutex_);
    return stats_;
}

std::unique_ptr<CheckedInput> StagedDraft::open(const Sha256& sha256) const {
    const std::optional<StagedObject> staged = objects_.find(sha256);
    if (!staged) {
        return store_->open_object(sha256);
    }
    if (staged->packed) {
        return packs_.open(sha256, staged->size, *staged->packed);
    }
    const fs::path path = staging_.path_of(sha256);
    return std::make_unique<CheckedInput>(path, sha256,
                                          concat("staged file ", quoted(path.native())));
}

void StagedDraft::seal() {
    packs_.seal([this](const Sha256& object, std::span<const std::byte> bytes) {
        // An attempt that failed half-way has done it for some.
        if (objects_.find(object)->packed) {
            write_loose(object, bytes);
            objects_.set_loose(object);
        }
    });
}

fs::path StagedDraft::stage_file(std::string_view bytes) {
    FileSystem& files = store_->files();
    fs::path path = staging_.new_path();
    files.write(files.create_file(path), as_bytes(bytes), path);
    return path;
}

void StagedDraft::finish() {
    std::vector<MovedFile> moved;
    {
        const std::lock_guard lock(mutex_);
        finished_ = true;
        held_.clear();
        known_.clear();
        stats_.clear();
        moved = std::move(moved_);
    }
    objects_.clear();
    packs_.clear();
    // The version exists, so nothing here may fail the commit any more.
    try {
        staging_.drop();
    } catch (const Error& error) {
        store_->warn(concat("a draft's folder is left for gc to sweep: ", error.what()));
    }
    for (const MovedFile& file : moved) {
        unlink_moved(file);
    }
}

void StagedDraft::unlink_moved(const MovedFile& file) const {
    try {
        if (stat_key(file.path) == file.key) {
            store_->files().remove(file.path);
        } else {
            store_->warn(concat("not removed, since it has changed after it was read: ",
                                quoted(file.path.native())));
        }
    } catch (const Error& error) {
        store_->warn(concat("a file that was to be moved is left: ", error.what()));
    }
}

} // namespace vitrine
