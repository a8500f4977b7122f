// SPDX-License-Identifier: MIT
//
// All objects of the catalogue are read, each file from its start to its end, whether a version
// needs them or not: a later commit may take what is there for present. Only what gc has marked in
// this epoch or before is left out, since it may be unlinked at any moment.
//
// What versions need and has no row is found by walking the segments, each once, however many
// versions share it, beside the reading of the objects. An entry of a segment may be hidden by a
// newer one, and its object be gone for good reason; so where anything is wrong, the manifests with
// a segment that it hurts are walked after that, and nothing else is.
#include "engine/verify/verify.hpp"

#include "engine/store/damage_report.hpp"
#include "engine/store/digest_set.hpp"
#include "engine/store/live_set.hpp"
#include "engine/store/object_check.hpp"
#include "engine/store/problem.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/version_reference.hpp"
#include "engine/store/write_lock.hpp"
#include "manifest/manifest_file.hpp"
#include "manifest/segment_file.hpp"
#include "object/pack_file.hpp"

#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

/// As it is now, of the row that the catalogue has now.
Problem check_object(OpenStore& store, const ObjectRow& row) {
    const auto path = store.objects.file_of(location_of(row));
    if (path && !std::filesystem::exists(*path)) {
        return kMissing;
    }
    return problem_of([&] { store.objects.check(location_of(row)); });
}

Problem check_manifest_file(const StoreLayout& layout, const ManifestRow& row) {
    const auto bytes = try_read_file(layout.manifest(row.content, row.file.name));
    if (!bytes) {
        return kMissing;
    }
    const Sha256 actual = sha256_of(*bytes);
    if (actual != row.file.name) {
        return concat("expected ", row.file.name.hex(), ", got ", actual.hex());
    }
    return problem_of([&] {
        std::vector<Sha256> segments;
        for (const ManifestFile::Segment& segment : ManifestFile::parse(*bytes).segments) {
            segments.push_back(segment.object);
        }
        if (segments != row.segments) {
            throw Error(ErrorCode::Corruption, "its segments are not those of the catalogue");
        }
    });
}

/// Visits the objects of the entries of a segment until `visit` gives false. Throws: as
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

class Verification {
public:
    Verification(OpenStore& store, const ProgressOptions& progress)
        : store_(store), progress_(progress), lease_(store.leases.take()),
          catalog_(store.second_catalog()), view_(*catalog_) {}

    VerifyReport run() {
        read_rows();
        check_manifests();
        tbb::parallel_invoke([this] { check_objects(); },
                             [this] {
                                 check_packs();
                                 check_segments();
                             });
        report_progress(progress_,
                        {"verifying manifests", segments_.size(), segments_.size(), report_.bytes});
        note_bad_segments();
        name_what_is_hurt();
        if (!store_.options.read_only) {
            remember();
        }
        report_.damages = damages_.finish();
        return std::move(report_);
    }

private:
    /// A version, and the manifests that it needs, each with the name that entries of it get.
    struct Version {
        std::string name;
        std::vector<std::pair<Sha256, std::string>> contents;
    };

    void read_rows();
    void read_objects();
    std::uint32_t place_of_pack(const FileRow& file);
    void check_objects();
    void check_packs();
    void check_pack(std::uint32_t pack, const std::vector<const CheckItem*>& items);
    void check_manifests();
    void check_segments();
    void check_segment(const Sha256& segment);
    void note_bad_segments();
    bool is_hurt(const Sha256& segment) const;
    const CheckItem* find_item(const Sha256& object) const;
    const Sha256* bad_pack_of(const Sha256& object) const;
    void name_what_is_hurt();
    void name_content(const Version& version, const Sha256& content, const std::string& label);
    const std::vector<DamagedEntry>& hurt_entries(const ManifestRow& row);
    void remember();

    OpenStore& store_;
    const ProgressOptions& progress_;
    std::shared_ptr<const Lease> lease_;
    std::unique_ptr<Catalog> catalog_;
    Catalog::ReadTransaction view_;

    std::vector<Version> versions_;
    std::map<Sha256, std::optional<ManifestRow>> contents_; ///< that versions need
    std::vector<CheckItem> items_;                          ///< by object
    std::vector<Sha256> packs_;
    std::vector<Sha256> segments_;                                ///< that versions need, sorted
    std::unordered_map<std::int64_t, std::uint32_t> pack_places_; ///< by the id of the file
    std::vector<Sha256> marked_damaged_; ///< in the catalogue, by verify or by repair
    std::atomic<bool> objects_done_ = false;
    std::mutex mutex_;                           ///< guards what follows, and the report of damages
    DigestSet damaged_;                          ///< objects
    std::set<std::uint32_t> bad_packs_;          ///< whose index is damaged
    DigestSet absent_;                           ///< named by a segment, and without a row
    std::map<Sha256, std::string> bad_segments_; ///< that cannot be read
    std::set<Sha256> damaged_segments_; ///< with an entry whose object is damaged or absent
    std::map<Sha256, std::vector<DamagedEntry>> hurt_entries_; ///< by content
    DamageReport damages_;
    VerifyReport report_;
};

// ---- What there is

void Verification::read_rows() {
    catalog_->versions.for_each([&](const VersionRow& row) {
        Version version{version_name(row.name, row.number), {}};
        version.contents.emplace_back(row.content, version.name);
        for (const Dependency& kept : row.dependencies) {
            version.contents.emplace_back(kept.content, kept.name);
        }
        for (const auto& [content, label] : version.contents) {
            contents_.try_emplace(content, std::nullopt);
        }
        versions_.push_back(std::move(version));
    });
    for (auto& [content, row] : contents_) {
        row = catalog_->manifests.find(content);
    }
    read_objects();
}

void Verification::read_objects() {
    catalog_->objects.for_each([&](const ObjectRow& row) {
        if (items_.size() % 4096 == 0) {
            check_stop(progress_);
        }
        if (row.file.mark && *row.file.mark <= lease_->epoch()) {
            return;
        }
        if (row.damaged) {
            marked_damaged_.push_back(row.sha256);
        }
        items_.push_back({row.sha256, row.size, row.offset, place_of_pack(row.file)});
    });
}

std::uint32_t Verification::place_of_pack(const FileRow& file) {
    if (file.kind != FileKind::pack) {
        return CheckItem::kLoose;
    }
    const auto [place, is_new] = pack_places_.try_emplace(file.id, 0);
    if (is_new) {
        packs_.push_back(file.name);
        place->second = static_cast<std::uint32_t>(packs_.size());
    }
    return place->second;
}

// ---- Bytes

void Verification::check_objects() {
    ObjectCheck check(store_.objects, "verifying", progress_);
    check.expect(items_.size());
    check.run(items_, packs_, [&](std::size_t i, const std::string& problem) {
        const std::lock_guard lock(mutex_);
        damages_.add(items_[i].object, problem);
        damaged_.add(items_[i].object);
    });
    damaged_.seal();
    report_.objects += check.objects();
    report_.bytes += check.bytes();
    objects_done_ = true;
}

/// That what packs say of themselves agrees with the rows.
void Verification::check_packs() {
    std::vector<std::vector<const CheckItem*>> items(packs_.size());
    for (const CheckItem& item : items_) {
        if (item.pack != CheckItem::kLoose) {
            items[item.pack - 1].push_back(&item);
        }
    }
    tbb::parallel_for(std::size_t{0}, packs_.size(), [&](std::size_t i) {
        check_stop(progress_);
        check_pack(static_cast<std::uint32_t>(i + 1), items[i]);
    });
}

void Verification::check_pack(std::uint32_t pack, const std::vector<const CheckItem*>& items) {
    const Sha256& name = packs_[pack - 1];
    const std::filesystem::path path = store_.objects.pack_path(name);
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) {
        return; // each of its objects is missing
    }
    const Problem problem = problem_of([&] {
        const PackReader reader(path);
        if (reader.name() != name) {
            throw Error(ErrorCode::Corruption, "its index is that of another pack");
        }
        const auto& index = reader.items();
        auto place = index.begin();
        for (const CheckItem* item : items) {
            // Both ascend by digest.
            while (place != index.end() && place->object < item->object) {
                ++place;
            }
            if (place == index.end() || place->object != item->object ||
                place->offset != item->offset || place->size != item->size) {
                throw Error(ErrorCode::Corruption,
                            concat("its index and the catalogue differ about object ",
                                   quoted(item->object.hex())));
            }
        }
    });
    if (problem) {
        const std::lock_guard lock(mutex_);
        damages_.add(name, concat("pack: ", *problem));
        bad_packs_.insert(pack);
    }
}

// ---- Manifests and segments

void Verification::check_manifests() {
    for (const auto& [content, row] : contents_) {
        check_stop(progress_);
        if (!row) {
            damages_.add(content, kMissing);
            continue;
        }
        ++report_.objects;
        report_.bytes += row->file.size;
        if (const Problem problem = check_manifest_file(store_.layout, *row)) {
            damages_.add(row->file.name, *problem);
        }
    }
}

void Verification::check_segments() {
    std::set<Sha256> distinct;
    for (const auto& [content, row] : contents_) {
        if (row) {
            distinct.insert(row->segments.begin(), row->segments.end());
        }
    }
    segments_.assign(distinct.begin(), distinct.end());
    std::uint64_t done = 0;
    tbb::parallel_for(std::size_t{0}, segments_.size(), [&](std::size_t i) {
        check_stop(progress_);
        check_segment(segments_[i]);
        const std::lock_guard lock(mutex_);
        ++done;
        if (objects_done_) { // until then the bar is that of the objects
            report_progress(progress_,
                            {"verifying manifests", done, segments_.size(), report_.bytes});
        }
    });
    absent_.seal();
}

/// The items are sorted by digests, which are spread evenly: where one lies can be told from itself
/// but for a little, so that the search begins there, and few of a million items are looked at.
const CheckItem* Verification::find_item(const Sha256& object) const {
    std::uint32_t leading = 0;
    for (std::size_t i = 0; i < sizeof(leading); ++i) {
        leading = leading << 8U | object.bytes[i];
    }
    const auto guess = static_cast<std::size_t>(std::uint64_t{leading} * items_.size() >> 32U);
    std::size_t first = guess;
    std::size_t last = guess;
    for (std::size_t step = 64; first > 0 && object < items_[first].object; step *= 2) {
        first -= std::min(first, step);
    }
    for (std::size_t step = 64; last < items_.size() && items_[last].object < object; step *= 2) {
        last += std::min(items_.size() - last, step);
    }
    const auto item = std::lower_bound(
        items_.begin() + static_cast<std::ptrdiff_t>(first),
        items_.begin() + static_cast<std::ptrdiff_t>(last), object,
        [](const CheckItem& row, const Sha256& wanted) { return row.object < wanted; });
    return item != items_.end() && item->object == object ? &*item : nullptr;
}

/// The damaged pack that holds an object, if it lies in one.
const Sha256* Verification::bad_pack_of(const Sha256& object) const {
    const CheckItem* item = bad_packs_.empty() ? nullptr : find_item(object);
    const bool is_bad = item != nullptr && bad_packs_.contains(item->pack);
    return is_bad ? &packs_[item->pack - 1] : nullptr;
}

/// Notes which objects of a segment have no row. Asks nothing of the catalogue, whose view is the
/// main thread's.
void Verification::check_segment(const Sha256& segment) {
    std::vector<Sha256> absent;
    Problem problem = kMissing;
    if (find_item(segment) != nullptr) {
        problem = problem_of([&] {
            for_each_object_of(store_.objects.loose_path(segment), [&](const Sha256& object) {
                if (find_item(object) == nullptr) {
                    absent.push_back(object);
                }
                return true;
            });
        });
    }
    const std::lock_guard lock(mutex_);
    for (const Sha256& object : absent) {
        absent_.add(object);
    }
    if (problem) {
        bad_segments_.emplace(segment, *problem);
    }
    if (!absent.empty()) {
        damaged_segments_.insert(segment);
    }
}

/// When all is read: a segment whose bytes are damaged is told so once, and where objects or packs
/// are damaged, the segments are walked again for those whom that hurts.
void Verification::note_bad_segments() {
    for (const auto& [segment, problem] : bad_segments_) {
        if (!damaged_.contains(segment)) {
            damages_.add(segment, problem);
        }
    }
    if (damages_.empty()) {
        return;
    }
    tbb::parallel_for(std::size_t{0}, segments_.size(), [&](std::size_t i) {
        check_stop(progress_);
        if (bad_segments_.contains(segments_[i])) {
            return;
        }
        bool hurt = false;
        const Problem problem = problem_of([&] { hurt = is_hurt(segments_[i]); });
        const std::lock_guard lock(mutex_);
        if (problem) {
            damages_.add(segments_[i], *problem);
        } else if (hurt) {
            damaged_segments_.insert(segments_[i]);
        }
    });
}

/// Whether a segment has an entry whose object, or its pack, is damaged.
bool Verification::is_hurt(const Sha256& segment) const {
    bool hurt = false;
    for_each_object_of(store_.objects.loose_path(segment), [&](const Sha256& object) {
        hurt = damaged_.contains(object) || bad_pack_of(object) != nullptr;
        return !hurt;
    });
    return hurt;
}

// ---- Whom it hurts

/// The entries of a manifest whose objects are damaged or missing, found once for each content.
const std::vector<DamagedEntry>& Verification::hurt_entries(const ManifestRow& row) {
    const auto [place, is_new] = hurt_entries_.try_emplace(row.content);
    if (!is_new) {
        return place->second;
    }
    const Manifest manifest = store_.segments.open(*catalog_, row);
    for (const Entry& entry : manifest.entries()) {
        if (!entry.object) {
            continue;
        }
        if (absent_.contains(*entry.object) && !damages_.contains(*entry.object)) {
            const auto object = catalog_->objects.find(*entry.object);
            const Problem problem = object ? check_object(store_, *object) : kMissing;
            if (problem) {
                damages_.add(*entry.object, *problem);
            }
        }
        if (damages_.contains(*entry.object)) {
            place->second.push_back({entry.path.str(), *entry.object});
        } else if (const Sha256* pack = bad_pack_of(*entry.object)) {
            place->second.push_back({entry.path.str(), *pack});
        }
    }
    return place->second;
}

void Verification::name_content(const Version& version, const Sha256& content,
                                const std::string& label) {
    const std::optional<ManifestRow>& row = contents_.at(content);
    if (!row) {
        damages_.add_version(content, version.name);
        return;
    }
    if (damages_.contains(row->file.name)) {
        damages_.add_version(row->file.name, version.name);
    }
    bool readable = true;
    bool hurt = false;
    for (const Sha256& segment : row->segments) {
        hurt = hurt || damaged_segments_.contains(segment);
        if (damages_.contains(segment)) {
            damages_.add_version(segment, version.name);
            readable = false;
        }
    }
    if (hurt && readable) {
        for (const DamagedEntry& entry : hurt_entries(*row)) {
            damages_.add_entry(entry.object, version.name, concat(label, '/', entry.path));
        }
    }
}

void Verification::name_what_is_hurt() {
    if (damages_.empty() && absent_.empty()) {
        return;
    }
    for (const Version& version : versions_) {
        check_stop(progress_);
        for (const auto& [content, label] : version.contents) {
            name_content(version, content, label);
        }
    }
}

// ---- What the catalogue should know

void Verification::remember() {
    std::vector<Sha256> healed;
    std::copy_if(marked_damaged_.begin(), marked_damaged_.end(), std::back_inserter(healed),
                 [&](const Sha256& object) { return !damages_.contains(object); });
    if (damages_.empty() && healed.empty()) {
        return;
    }
    Catalog& catalog = *store_.catalog;
    WriteTransaction turn(store_, progress_.stop);
    turn.begin();
    for (const Sha256& object : damages_.objects()) {
        // Somebody may have healed it since it was read.
        const auto row = catalog.objects.find(object);
        const bool is_object = row && check_object(store_, *row);
        if (is_object || catalog.files.find(FileKind::manifest, object)) {
            catalog.objects.set_damaged(object, true);
        }
    }
    for (const Sha256& object : healed) {
        const auto row = catalog.objects.find(object);
        if (row && !check_object(store_, *row)) {
            catalog.objects.set_damaged(object, false);
        }
    }
    turn.commit();
}

} // namespace

VerifyReport verify_store(OpenStore& store, const ProgressOptions& progress) {
    return Verification(store, progress).run();
}

} // namespace vitrine
