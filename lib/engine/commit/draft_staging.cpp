// SPDX-License-Identifier: MIT
#include "engine/commit/draft_staging.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/text.hpp"
#include "engine/store/stat_key.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

} // namespace

DraftStaging::DraftStaging(std::shared_ptr<OpenStore> store,
                           std::shared_ptr<const OpenVersion> base)
    : store_(std::move(store)), lease_(store_->leases.take()),
      staging_(lease_->new_staging_folder(), store_->options.files),
      packs_(staging_, store_->options.files, store_->durable()), epoch_(lease_->epoch()) {
    if (base) {
        hold(std::move(base));
    }
}

DraftStaging::~DraftStaging() {
    delete_folder();
}

void DraftStaging::delete_folder() {
    try {
        staging_.drop();
    } catch (const Error& error) {
        store_->warn(concat("a draft's folder stays until the next gc: ", error.what()));
    }
}

void DraftStaging::require_open() const {
    const std::lock_guard lock(mutex_);
    if (finished_) {
        throw Error(ErrorCode::InvalidArgument, "the draft has been committed");
    }
}

void DraftStaging::hold(std::shared_ptr<const OpenVersion> version) {
    if (version->store().settings.store_id != store_->settings.store_id) {
        throw Error(ErrorCode::InvalidArgument, concat("artifact ", quoted(version->record().name),
                                                       " belongs to another store"));
    }
    const std::lock_guard lock(mutex_);
    if (known_.insert(version.get()).second) {
        epoch_ = std::min(epoch_, version->lease_epoch());
        held_.push_back(std::move(version));
    }
}

std::vector<std::shared_ptr<const OpenVersion>> DraftStaging::held() const {
    const std::lock_guard lock(mutex_);
    return held_;
}

std::uint64_t DraftStaging::epoch() const {
    const std::lock_guard lock(mutex_);
    return epoch_;
}

std::vector<StatRow> DraftStaging::stats() const {
    const std::lock_guard lock(mutex_);
    return stats_;
}

std::unique_ptr<CheckedInput> DraftStaging::open(const Sha256& sha256) const {
    const std::optional<StagedObject> staged = objects_.find(sha256);
    if (!staged) {
        return store_->open_object(sha256);
    }
    if (staged->packed) {
        return packs_.open(sha256, staged->size, *staged->packed);
    }
    const fs::path path = staging_.path_of(sha256);
    return std::make_unique<CheckedInput>(
        std::make_shared<const FileDescriptor>(open_linkless(path)), path, sha256,
        concat("staged file ", quoted(path.native())));
}

void DraftStaging::seal() {
    packs_.seal([this](const Sha256& object, std::span<const std::byte> bytes) {
        // A failed attempt may have written some of them already.
        if (objects_.find(object)->packed) {
            write_loose(object, bytes);
            objects_.set_loose(object);
        }
    });
}

fs::path DraftStaging::stage_file(std::string_view bytes) {
    FileSystem& files = store_->files();
    fs::path path = staging_.new_path();
    files.write(files.create_file(path), as_bytes(bytes), path);
    return path;
}

void DraftStaging::finish() {
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
    // The version exists, so no failure from here on may fail the commit.
    delete_folder();
    for (const MovedFile& file : moved) {
        delete_moved(file);
    }
}

void DraftStaging::delete_moved(const MovedFile& file) const {
    try {
        if (stat_key(file.path) == file.key) {
            // The user's path may lead through links, and the store's file system follows none.
            store_->files().remove(fs::canonical(fs::absolute(file.path).parent_path()) /
                                   file.path.filename());
        } else {
            store_->warn(concat("not deleted, since it changed after it was read: ",
                                quoted(file.path.native())));
        }
    } catch (const Error& error) {
        store_->warn(concat("a file that was to be moved is left: ", error.what()));
    }
}

} // namespace vitrine
