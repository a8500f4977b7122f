// SPDX-License-Identifier: MIT
#include "engine/commit/publication.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "object/pack_file.hpp"

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Above this number of folders, flushing the whole file system is cheaper than flushing each.
constexpr std::size_t kManyFolders = 32;

} // namespace

Publication::Publication(DraftStaging& draft)
    : store_(draft.store()), draft_(draft), epoch_(draft.epoch()) {}

bool Publication::clear_mark(const Sha256& object) {
    return store_.catalog->objects.clear_mark(object);
}

// ---- Loose objects

void Publication::publish_objects(const std::vector<Sha256>& staged) {
    for (const Sha256& object : staged) {
        const auto found = draft_.objects().find(object);
        if (!found) {
            throw Error(ErrorCode::NotFound,
                        concat("object ", quoted(object.hex()), " is not in the draft"));
        }
        published_.push_back(object);
        publish_object(object, found->size, draft_.staged_path(object));
    }
}

void Publication::publish_object(const Sha256& object, std::uint64_t size, const fs::path& staged) {
    if (store_.catalog->objects.present(object, epoch_)) {
        clear_mark(object);
    } else {
        publish_file(object, size, staged);
    }
}

void Publication::publish_file(const Sha256& object, std::uint64_t size, const fs::path& staged) {
    try {
        store_.objects.publish_loose(staged, object, changed_);
    } catch (const Error& error) {
        // An earlier attempt may have published it and failed to give it back.
        const fs::path published = store_.objects.loose_path(object);
        if (error.code() != ErrorCode::NotFound || !fs::exists(published)) {
            throw;
        }
        store_.objects.check({object, size, ObjectLocation::Holder::Loose, object, 0});
        changed_.insert(published.parent_path());
    }
    loose_rows_.emplace_back(object, size);
}

// ---- Packs

void Publication::publish_packs(const IsNeeded& is_needed) {
    for (const StagedPacks::Pack& pack : draft_.packs()) {
        published_packs_.push_back(&pack);
        publish_pack(pack, is_needed);
    }
}

void Publication::publish_pack(const StagedPacks::Pack& pack, const IsNeeded& is_needed) {
    const Sha256& name = pack.sealed.name;
    const fs::path target = store_.objects.pack_path(name);
    // An earlier attempt may have published it and failed to give it back.
    const bool is_published = !fs::exists(pack.path) && fs::exists(target);
    PackRows rows{name, pack.sealed.size,
                  missing_objects(is_published ? target : pack.path, is_needed)};
    if (rows.objects.empty()) {
        return;
    }
    if (is_published) {
        for (const PackedObject& object : rows.objects) {
            store_.objects.check(
                {object.sha256, object.size, ObjectLocation::Holder::Pack, name, object.offset});
        }
        changed_.insert(target.parent_path());
    } else {
        store_.objects.publish_pack(pack.path, name, changed_);
    }
    pack_rows_.push_back(std::move(rows));
}

/// The objects of a pack that are needed and that the store does not have. Clears the marks of
/// those that it has.
std::vector<PackedObject> Publication::missing_objects(const fs::path& pack,
                                                       const IsNeeded& is_needed) {
    const PackReader index(pack);
    std::vector<PackItem> needed;
    std::vector<Sha256> objects;
    for (const PackItem& item : index.items()) {
        if (is_needed(item.object)) {
            needed.push_back(item);
            objects.push_back(item.object);
        }
    }
    const std::vector<bool> present = store_.catalog->objects.present(objects, epoch_);
    std::vector<PackedObject> missing;
    for (std::size_t i = 0; i < needed.size(); ++i) {
        if (present[i]) {
            clear_mark(needed[i].object);
        } else {
            missing.push_back({needed[i].object, needed[i].size, needed[i].offset});
        }
    }
    return missing;
}

// ---- Manifests

void Publication::publish_manifest(const ManifestPlan& plan) {
    const bool present = store_.catalog->manifests.present(plan.row.content, epoch_);
    if (plan.segment && !present) {
        publish_segment(*plan.segment);
    }
    if (plan.file && !present) {
        publish_manifest_file(plan);
    } else {
        clear_manifest_mark(plan.row.content);
    }
    const ManifestRow& row =
        present ? require_manifest(*store_.catalog, plan.row.content) : plan.row;
    for (const Sha256& segment : row.segments) {
        const bool is_new = plan.segment && segment == plan.segment->sha256;
        if (!clear_mark(segment) && !is_new) {
            throw Error(ErrorCode::Conflict,
                        concat("segment ", quoted(segment.hex()),
                               " was deleted from the store after the commit began: try again"));
        }
    }
}

/// A segment is opened by the name of its own file. It needs one even if a pack contains the same
/// bytes as the object of an entry.
void Publication::publish_segment(const StagedFile& segment) {
    const auto row = store_.catalog->objects.find(segment.sha256);
    if (row && row->file.kind == FileKind::loose) {
        publish_object(segment.sha256, segment.size, segment.path);
    } else {
        publish_file(segment.sha256, segment.size, segment.path);
    }
}

void Publication::publish_manifest_file(const ManifestPlan& plan) {
    const fs::path folder = store_.layout.artifact_folder(plan.row.content);
    // The folder may exist since a crash, and not be durable: its parent is flushed in any case.
    store_.files().create_directories(folder);
    changed_.insert(store_.layout.artifacts());
    store_.files().rename(plan.file->path,
                          store_.layout.manifest(plan.row.content, plan.file->sha256));
    changed_.insert(folder);
    store_.catalog->manifests.put(plan.row);
}

void Publication::clear_manifest_mark(const Sha256& content) {
    const ManifestRow row = require_manifest(*store_.catalog, content);
    if (row.file.mark) {
        store_.catalog->files.set_mark(row.file.id, std::nullopt);
    }
}

// ---- The end

void Publication::finish() {
    store_.catalog->objects.put_packs(pack_rows_);
    pack_rows_.clear();
    store_.catalog->objects.put_loose(loose_rows_);
    loose_rows_.clear();
    if (changed_.size() > kManyFolders) {
        store_.flush_file_system();
    } else {
        store_.flush_folders(changed_);
    }
    changed_.clear();
}

void Publication::undo() noexcept {
    for (const Sha256& object : published_) {
        give_back([&] { return draft_.staged_path(object); }, store_.objects.loose_path(object));
    }
    for (const StagedPacks::Pack* pack : published_packs_) {
        give_back([&] { return pack->path; }, store_.objects.pack_path(pack->sealed.name));
    }
}

void Publication::give_back(const std::function<fs::path()>& staged_path,
                            const fs::path& published) noexcept {
    try {
        const fs::path staged = staged_path();
        if (!fs::exists(staged)) {
            store_.files().hard_link(published, staged);
        }
    } catch (const std::exception& error) {
        // The next attempt finds the object where it was published. If gc has deleted it there,
        // that attempt reports what is missing.
        store_.warn(concat("a staged file was not given back to its draft: ", error.what()));
    }
}

} // namespace vitrine
