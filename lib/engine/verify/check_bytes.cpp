// SPDX-License-Identifier: MIT
#include "engine/verify/check_bytes.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/parallel.hpp"
#include "core/text.hpp"
#include "engine/store/progress.hpp"
#include "manifest/manifest_file.hpp"
#include "manifest/segment_file.hpp"
#include "object/pack_file.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

Problem check_manifest_file(const StoreLayout& layout, const ManifestRow& row) {
    const auto bytes = try_read_linkless(layout.manifest(row.content, row.file.name));
    if (!bytes) {
        return kMissing;
    }
    const Sha256 actual = sha256_of(*bytes);
    if (actual != row.file.name) {
        return concat("expected ", row.file.name.hex(), ", got ", actual.hex());
    }
    return problem_of([&] {
        const ManifestFile file = ManifestFile::parse(*bytes);
        std::vector<Sha256> segments;
        for (const ManifestFile::Segment& segment : file.segments) {
            segments.push_back(segment.object);
        }
        if (segments != row.segments) {
            throw Error(ErrorCode::Corruption, "its segments are not those of the catalogue");
        }
        if (file.content != row.content || file.entries != row.entries) {
            throw Error(ErrorCode::Corruption, "it is not what the catalogue says of it");
        }
    });
}

/// Throws Corruption unless the pack's index says of each item what the catalogue says. Both are
/// ascending by digest.
void compare_index(const PackReader& pack, const std::vector<const CheckItem*>& items) {
    auto entry = pack.items().begin();
    const auto end = pack.items().end();
    for (const CheckItem* item : items) {
        while (entry != end && entry->object < item->object) {
            ++entry;
        }
        if (entry == end || entry->object != item->object || entry->offset != item->offset ||
            entry->size != item->size) {
            throw Error(ErrorCode::Corruption,
                        concat("its index and the catalogue differ about object ",
                               quoted(item->object.hex())));
        }
    }
}

/// Visits the objects of a segment's entries until `visit` returns false. Throws: as
/// SegmentReader.
void for_each_object_of(const std::filesystem::path& segment,
                        const std::function<bool(const Sha256&)>& visit) {
    const SegmentReader reader(segment);
    const auto items = reader.cursor("");
    while (const ItemView* item = items->next()) {
        const auto object = item->fields.object_digest();
        if (object && !visit(*object)) {
            return;
        }
    }
}

class ByteCheck {
public:
    ByteCheck(const OpenStore& store, const Inventory& inventory, const ProgressOptions& progress)
        : layout_(store.layout), objects_(store.objects), inventory_(inventory),
          progress_(progress) {}

    CheckResult check() {
        check_manifests();
        parallel_invoke([this] { check_objects(); },
                        [this] {
                            check_packs();
                            check_segments();
                        });
        report_segments(inventory_.segments.size());
        result_.damaged_objects.seal();
        result_.absent_objects.seal();
        find_affected_segments();
        return std::move(result_);
    }

private:
    void check_manifests();
    void check_objects();
    void check_packs();
    void check_pack(std::uint32_t pack, const std::vector<const CheckItem*>& items);
    void check_segments();
    void check_segment(const Sha256& segment);
    void find_affected_segments();
    bool is_affected(const Sha256& segment) const;
    void report_segments(std::uint64_t done) const;

    const StoreLayout& layout_;
    const ObjectStore& objects_;
    const Inventory& inventory_;
    const ProgressOptions& progress_;
    std::atomic<bool> objects_done_ = false;
    std::mutex mutex_; ///< guards the members below
    std::map<Sha256, std::string> unreadable_segments_;
    CheckResult result_;
};

void ByteCheck::check_manifests() {
    for (const auto& [content, row] : inventory_.manifests) {
        check_stop(progress_);
        if (!row) {
            result_.damages.add(content, kMissing);
            continue;
        }
        ++result_.objects;
        result_.bytes += row->file.size;
        if (const Problem problem = check_manifest_file(layout_, *row)) {
            result_.damages.add(row->file.name, *problem);
        }
    }
}

void ByteCheck::check_objects() {
    ObjectCheck check(objects_, "verifying", progress_);
    check.expect(inventory_.objects.size());
    check.compare(inventory_.objects, inventory_.packs,
                  [&](std::size_t i, const std::string& problem) {
                      const std::lock_guard lock(mutex_);
                      result_.damages.add(inventory_.objects[i].object, problem);
                      result_.damaged_objects.add(inventory_.objects[i].object);
                  });
    result_.objects += check.objects();
    result_.bytes += check.bytes();
    objects_done_ = true;
}

// ---- Packs

/// Checks that the indexes of packs agree with the catalogue.
void ByteCheck::check_packs() {
    std::vector<std::vector<const CheckItem*>> items(inventory_.packs.size());
    for (const CheckItem& item : inventory_.objects) {
        if (item.pack != CheckItem::kLoose) {
            items[item.pack - 1].push_back(&item);
        }
    }
    parallel_for(items.size(), [&](std::size_t i) {
        check_stop(progress_);
        check_pack(static_cast<std::uint32_t>(i + 1), items[i]);
    });
}

void ByteCheck::check_pack(std::uint32_t pack, const std::vector<const CheckItem*>& items) {
    const Sha256& name = inventory_.packs[pack - 1];
    const std::filesystem::path path = objects_.pack_path(name);
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) {
        return; // each of its objects is reported as missing
    }
    const Problem problem = problem_of([&] {
        const PackReader reader(path);
        if (reader.name() != name) {
            throw Error(ErrorCode::Corruption, "its index is that of another pack");
        }
        compare_index(reader, items);
    });
    if (problem) {
        const std::lock_guard lock(mutex_);
        result_.damages.add(name, concat("pack: ", *problem));
        result_.damaged_packs.insert(pack);
    }
}

// ---- Segments

void ByteCheck::check_segments() {
    std::uint64_t done = 0;
    parallel_for(inventory_.segments.size(), [&](std::size_t i) {
        check_stop(progress_);
        check_segment(inventory_.segments[i]);
        const std::lock_guard lock(mutex_);
        ++done;
        if (objects_done_) { // until then the progress is that of the objects
            report_segments(done);
        }
    });
}

void ByteCheck::report_segments(std::uint64_t done) const {
    report_progress(progress_,
                    {"verifying manifests", done, inventory_.segments.size(), result_.bytes});
}

/// Finds the objects of a segment that are not in the inventory.
void ByteCheck::check_segment(const Sha256& segment) {
    std::vector<Sha256> absent;
    Problem problem = kMissing;
    if (inventory_.find(segment) != nullptr) {
        problem = problem_of([&] {
            for_each_object_of(objects_.loose_path(segment), [&](const Sha256& object) {
                if (inventory_.find(object) == nullptr) {
                    absent.push_back(object);
                }
                return true;
            });
        });
    }
    const std::lock_guard lock(mutex_);
    for (const Sha256& object : absent) {
        result_.absent_objects.add(object);
    }
    if (problem) {
        unreadable_segments_.emplace(segment, *problem);
    }
    if (!absent.empty()) {
        result_.affected_segments.insert(segment);
    }
}

/// Walks the segments a second time, if anything is damaged, for entries that name a damaged
/// object. Each unreadable segment is reported once: by what is wrong with its bytes, if the check
/// of objects has said so.
void ByteCheck::find_affected_segments() {
    for (const auto& [segment, problem] : unreadable_segments_) {
        result_.damages.add(segment, problem);
    }
    if (result_.damages.empty()) {
        return;
    }
    parallel_for(inventory_.segments.size(), [&](std::size_t i) {
        const Sha256& segment = inventory_.segments[i];
        check_stop(progress_);
        if (unreadable_segments_.contains(segment)) {
            return;
        }
        bool affected = false;
        const Problem problem = problem_of([&] { affected = is_affected(segment); });
        const std::lock_guard lock(mutex_);
        if (problem) {
            result_.damages.add(segment, *problem);
        } else if (affected) {
            result_.affected_segments.insert(segment);
        }
    });
}

bool ByteCheck::is_affected(const Sha256& segment) const {
    bool affected = false;
    for_each_object_of(objects_.loose_path(segment), [&](const Sha256& object) {
        affected = result_.damaged_objects.contains(object) ||
                   result_.damaged_pack_of(inventory_, object) != nullptr;
        return !affected;
    });
    return affected;
}

} // namespace

const Sha256* CheckResult::damaged_pack_of(const Inventory& inventory, const Sha256& object) const {
    const CheckItem* item = damaged_packs.empty() ? nullptr : inventory.find(object);
    return item != nullptr && damaged_packs.contains(item->pack) ? &inventory.pack_of(*item)
                                                                 : nullptr;
}

CheckResult check_bytes(const OpenStore& store, const Inventory& inventory,
                        const ProgressOptions& progress) {
    return ByteCheck(store, inventory, progress).check();
}

Problem check_object(const OpenStore& store, const ObjectRow& row) {
    const auto path = store.objects.file_of(location_of(row));
    if (path && !std::filesystem::exists(*path)) {
        return kMissing;
    }
    return problem_of([&] { store.objects.check(location_of(row)); });
}

} // namespace vitrine
