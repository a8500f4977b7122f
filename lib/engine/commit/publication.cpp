// SPDX-License-Identifier: MIT
#include "engine/commit/publication.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "object/pack_file.hpp"

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Flushing the whole file system is cheaper than flushing more folders than this one by one.
constexpr std::size_t kManyFolders = 32;

} // namespace

Publication::Publication(OpenStore& store, StagedDraft& draft)
    : store_(store), draft_(draft), epoch_(draft.epoch()) {}

bool Publication::keep_object(const Sha256& object) {
    return store_.catalog->objects.clear_mark(object);
}

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
        keep_object(object);
    } else {
        publish_file(object, size, staged);
    }
}

/// A segment is opened by the name of its own file, so that it gets one also where its bytes, which
/// may be those of an entry too, lie in a pack.
void Publication::publish_segment(const StagedFile& segment) {
    const auto row = store_.catalog->objects.find(segment.sha256);
    if (row && row->file.kind == FileKind::loose) {
        publish_object(segment.sha256, segment.size, segment.path);
    } else {
        publish_file(segment.sha256, segment.size, segment.path);
    }
}

void Publication::publish_file(const Sha256& object, std::uint64_t size, const fs::path& staged) {
    try {
        store_.objects.publish_loose(staged, object, changed_);
    } catch (const Error& error) {
        // An earlier attempt may have placed it, and found no way to put it back.
        const fs::path placed = store_.objects.loose_path(object);
        if (error.code() != ErrorCode::NotFound || !fs::exists(placed)) {
            throw;
        }
        store_.objects.check({object, size, ObjectLocation::Holder::Loose, object, 0});
        changed_.insert(placed.parent_path());
    }
    loose_rows_.emplace_back(object, size);
}

void Publication::publish_packs(const std::function<bool(const Sha256&)>& is_needed) {
    for (const StagedPacks::Pack& pack : draft_.packs()) {
        published_packs_.push_back(&pack);
        publish_pack(pack, is_needed);
    }
}

void Publication::publish_pack(const StagedPacks::Pack& pack,
                               const std::function<bool(const Sha256&)>& is_needed) {
    const Sha256& name = pack.sealed.name;
    const fs::path target = store_.objects.pack_path(name);
    // An earlier attempt may have placed it, and found no way to put it back.
    const bool is_published = !fs::exists(pack.path) && fs::exists(target);
    const PackReader index(is_published ? target : pack.path);
    std::vector<PackItem> needed;
    std::vector<Sha256> objects;
    for (const PackItem& item : index.items()) {
        if (is_needed(item.object)) {
            needed.push_back(item);
            objects.push_back(item.object);
        }
    }
    const std::vector<bool> present = store_.catalog->objects.present(objects, epoch_);
    PackRows rows{name, pack.sealed.size, {}};
    for (std::size_t i = 0; i < needed.size(); ++i) {
        if (present[i]) {
            keep_object(needed[i].object);
        } else {
            rows.objects.push_back({needed[i].object, needed[i].size, needed[i].offset});
        }
    }
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

void Publication::keep_manifest(const Sha256& content) {
    const ManifestRow row = require_manifest(*store_.catalog, content);
    if (row.file.mark) {
        store_.catalog->files.set_mark(row.file.id, std::nullopt);
    }
}

void Publication::publish_manifest(const ManifestPlan& plan) {
    const bool present = store_.catalog->manifests.present(plan.row.content, epoch_);
    if (plan.segment && !present) {
        publish_segment(*plan.segment);
    }
    if (plan.file && !present) {
        publish_manifest_file(plan);
    } else {
        keep_manifest(plan.row.content);
    }
    const ManifestRow& row =
        present ? require_manifest(*store_.catalog, plan.row.content) : plan.row;
    for (const Sha256& segment : row.segments) {
        const bool is_new = plan.segment && segment == plan.segment->sha256;
        if (!keep_object(segment) && !is_new) {
            throw Error(ErrorCode::Conflict,
                        concat("segment ", quoted(segment.hex()),
                               " has gone from the store since the commit began: try again"));
        }
    }
}

void Publication::publish_manifest_file(const ManifestPlan& plan) {
    const fs::path folder = store_.layout.artifact_folder(plan.row.content);
    // A folder that is there may be one of a crash, and not durable: its name is flushed anyway.
    store_.files().create_directories(folder);
    changed_.insert(store_.layout.artifacts());
    store_.files().rename(plan.file->path,
                          store_.layout.manifest(plan.row.content, plan.file->sha256));
    changed_.insert(folder);
    store_.catalog->manifests.put(plan.row);
}

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

void Publication::restore() noexcept {
    for (const Sha256& object : published_) {
        put_back([&] { return draft_.staged_path(object); }, store_.objects.loose_path(object));
    }
    for (const StagedPacks::Pack* pack : published_packs_) {
        put_back([&] { return pack->path; }, store_.objects.pack_path(pack->sealed.name));
    }
}

void Publication::put_back(const std::function<fs::path()>& staged_path,
                           const fs::path& placed) noexcept {
    try {
        const fs::path staged = staged_path();
        if (!fs::exists(staged)) {
            store_.files().hard_link(placed, staged);
        }
    } catch (const std::exception& error) {
        // A further attempt finds the object where it has been placed, unless gc has swept it;
        // then that attempt says what is missing.
        store_.warn(concat("a staged file was not put back: ", error.what()));
    }
}

} // namespace vitrine
