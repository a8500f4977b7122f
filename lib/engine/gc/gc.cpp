// SPDX-License-Identifier: MIT
//
// Epoch-based reclamation, between processes. The catalogue holds a number, the epoch; whoever
// reads or drafts holds a lease with the epoch that it found before it read anything else. Marks
// stand on files, and say in which epoch a file was found unreached.
//
//  1. Take gc.lock: one gc at a time. Only gc unlinks anything, so that what it reads itself
//     cannot go from under it.
//  2. Collect from a snapshot what live versions reach, from manifests alone, beside readers and
//     writers, and walk the rows of all files beside that: which of them are unreached.
//  3. In one turn of the write lock: look for records that no row explains, and stop if there are
//     any; add what was committed since the snapshot; raise the epoch; give the new epoch as a
//     mark to every file that was unreached, still is, and has none; and clear the marks of files
//     that are reached. From the commit of this turn on, whoever takes a lease gets the new epoch,
//     and a draft of it does not count a marked file as present. What came in since the snapshot
//     and is unreached already is for the next gc.
//  4. Copy what lives in packs that are half garbage, and small objects that lie loose, into new
//     packs, and mark the files that held it with an epoch of their own (repack.cpp).
//  5. Only then list the leases. Whoever holds an older one may still need what has been marked
//     now. Leases of dead processes are swept with their staging folders.
//  6. In short turns, free the files whose mark is no younger than the oldest lease, nor than the
//     epoch that this gc raised last: delete the rows, commit durably, and only then unlink, so
//     that no row outlives its file. A commit in between has cleared the marks of what it needs,
//     which is why each turn asks the catalogue again, and keeps no list.
//  7. In short turns, sweep what crashes left (leftovers.cpp), and write records and heads anew
//     where they differ from the catalogue, which is right.
//
// What must wait is reported, and goes at a later gc. The cost grows with the manifests, as far as
// they do not share segments (reached.hpp), with the rows, and with the garbage. Memory is bounded:
// sets of digests are sorted on disk where they are large, and merged with the catalogue's walks,
// which go in the same order.
#include "engine/gc/gc.hpp"

#include <vitrine/core/error.hpp>

#include "core/sorted_digests.hpp"
#include "core/text.hpp"
#include "engine/gc/liveness_scan.hpp"
#include "engine/gc/repack.hpp"
#include "engine/gc/untracked_files.hpp"
#include "engine/store/live_set.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/write_lock.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

/// So many files go in one turn of the write lock.
constexpr std::size_t kFilesInBatch = 512;
/// Fewer small loose objects are not worth a pack.
constexpr std::uint64_t kManySmallObjects = 64;

FileLock take_gc_lock(const OpenStore& store) {
    store.require_writable();
    auto lock = FileLock::try_take(store.layout.gc_lock(), FileLock::Mode::Exclusive);
    if (!lock) {
        throw Error(ErrorCode::Locked,
                    concat("another gc is at work in store ", quoted(store.layout.root.native())));
    }
    return std::move(*lock);
}

GcFile::Kind kind_of(FileKind kind) {
    switch (kind) {
    case FileKind::loose:
        return GcFile::Kind::Object;
    case FileKind::manifest:
        return GcFile::Kind::Manifest;
    case FileKind::pack:
        return GcFile::Kind::Pack;
    }
    return GcFile::Kind::Object;
}

/// How many leases are older than a mark.
std::uint64_t count_older(const std::vector<std::uint64_t>& leases, std::uint64_t mark) {
    return static_cast<std::uint64_t>(std::count_if(
        leases.begin(), leases.end(), [&](std::uint64_t lease) { return lease < mark; }));
}

/// Lets others have the write lock. Who waits for it asks again every few milliseconds, and would
/// find it taken each time if one turn followed upon the other.
class Pauses {
public:
    void after_turn() {
        if (std::chrono::steady_clock::now() - since_ >= kLongestWork) {
            std::this_thread::sleep_for(kPause);
            since_ = std::chrono::steady_clock::now();
        }
    }

private:
    static constexpr std::chrono::milliseconds kLongestWork{200};
    static constexpr std::chrono::milliseconds kPause{25}; ///< longer than any waiter sleeps
    std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

class GarbageCollection {
public:
    GarbageCollection(OpenStore& store, const GcOptions& options)
        : store_(store), options_(options), lock_(take_gc_lock(store)), reached_(store) {}

    GcReport collect();

private:
    void look();
    void mark();
    void mark_unreached(Catalog& catalog);
    void repack();
    void find_limit();
    void free_files();
    void free_turn();
    bool unlink(const FileRow& file, const std::optional<Sha256>& content);
    void note_freed(const FileRow& file);
    void count_waiting();
    void sweep();

    OpenStore& store_;
    const GcOptions& options_;
    FileLock lock_;
    LiveSet reached_;
    // What was unreached in the snapshot.
    SortedDigests objects_;  ///< in files of their own
    SortedDigests contents_; ///< of manifests
    std::vector<std::int64_t> garbage_packs_;
    std::vector<std::int64_t> orphans_; ///< files that no row names
    std::vector<std::int64_t> again_;   ///< files that are reached and bear a mark
    std::vector<PackUse> packs_;        ///< of which something is reached
    SortedDigests moving_;              ///< objects that change their file, and the id of that
    std::uint64_t to_move_ = 0;
    std::uint64_t epoch_ = 0;           ///< the last that was raised
    std::vector<std::uint64_t> leases_; ///< that were held after that
    std::uint64_t limit_ = 0;           ///< marks up to this one may go
    GcReport report_;
};

GcReport GarbageCollection::collect() {
    look();
    mark();
    repack();
    find_limit();
    free_files();
    count_waiting();
    sweep();
    return std::move(report_);
}

// ---- 2. What is reached

/// Whether small objects are many enough to share a pack, and what moves if they do.
void find_moving(LivenessScan& survey, const std::function<void(const ObjectRow&)>& visit) {
    const bool small = survey.small_objects().objects >= kManySmallObjects;
    const bool garbage = std::any_of(survey.packs().begin(), survey.packs().end(),
                                     [](const PackUse& use) { return use.is_half_garbage(); });
    if (small || garbage) {
        survey.for_each_to_move(small, visit);
    }
}

void GarbageCollection::look() {
    const std::unique_ptr<Catalog> catalog = store_.second_catalog();
    const Catalog::ReadTransaction view(*catalog);
    reached_.add_versions(*catalog, options_.progress);
    report_progress(options_.progress, {"looking for garbage", 0, 0, 0});
    LivenessScan survey(*catalog, reached_, store_.settings.pack_limit);
    LivenessScan::Visit visit;
    visit.unreached = [&](const FileRow& file, const std::optional<Sha256>& content) {
        if (file.mark) {
            return; // it waits since an earlier gc
        }
        if (content) {
            contents_.add(*content);
        } else if (file.kind == FileKind::loose) {
            objects_.add(file.name);
        } else {
            garbage_packs_.push_back(file.id);
        }
    };
    visit.orphan = [&](const FileRow& file) {
        if (!file.mark) {
            orphans_.push_back(file.id);
        }
    };
    visit.again = [&](const FileRow& file) { again_.push_back(file.id); };
    survey.run(visit);
    find_moving(survey, [&](const ObjectRow& row) {
        ++to_move_;
        moving_.add(row.sha256, static_cast<std::uint64_t>(row.file.id));
    });
    packs_ = survey.packs();
}

// ---- 3. Marks

void GarbageCollection::mark() {
    check_stop(options_.progress);
    Catalog& catalog = *store_.catalog;
    WriteTransaction turn(store_, options_.progress.stop);
    require_explained_records(store_);
    turn.begin();
    reached_.add_versions(catalog, options_.progress);
    epoch_ = catalog.raise_epoch();
    for (const std::int64_t file : again_) {
        catalog.files.set_mark(file, std::nullopt);
    }
    mark_unreached(catalog);
    turn.commit();
}

void GarbageCollection::mark_unreached(Catalog& catalog) {
    DigestProbe objects(reached_.objects());
    DigestProbe segments(reached_.segments());
    objects_.for_each([&](const SortedDigests::Item& item) {
        const bool is_segment = segments.has(item.digest);
        if (!objects.has(item.digest) && !is_segment) {
            catalog.files.mark(FileKind::loose, item.digest, epoch_);
        }
    });
    contents_.for_each([&](const SortedDigests::Item& item) {
        if (!reached_.contents().contains(item.digest)) {
            catalog.manifests.mark(item.digest, epoch_);
        }
    });
    const std::set<std::int64_t> in_use = packs_in_use(catalog, reached_, garbage_packs_);
    for (const std::int64_t pack : garbage_packs_) {
        if (!in_use.contains(pack)) {
            catalog.files.set_mark(pack, epoch_);
        }
    }
    for (const std::int64_t file : orphans_) {
        catalog.files.mark_orphan(file, epoch_);
    }
}

// ---- 4. Packs

void GarbageCollection::repack() {
    if (moving_.empty()) {
        return;
    }
    Repack repack(store_, reached_, packs_, options_.progress);
    const RepackReport moved = repack.run(moving_, to_move_);
    epoch_ = std::max(epoch_, moved.epoch);
    report_.packed_objects = moved.objects;
    report_.packed_bytes = moved.bytes;
    for (const Sha256& object : moved.damaged) {
        report_.damaged.push_back(object.hex());
    }
}

// ---- 5. Who still needs what

void GarbageCollection::find_limit() {
    leases_ = living_leases(store_.layout, store_.files(), true);
    limit_ = epoch_;
    for (const std::uint64_t lease : leases_) {
        limit_ = std::min(limit_, lease);
    }
}

void GarbageCollection::count_waiting() {
    const MarkedFiles waiting = store_.reads->files.count_marked_after(limit_);
    report_.waiting_files = waiting.files;
    report_.waiting_bytes = waiting.bytes;
    report_.readers = count_older(leases_, waiting.youngest);
}

// ---- 6. Free

void GarbageCollection::free_files() {
    const std::uint64_t total = store_.reads->files.count_marked_after(0).files -
                                store_.reads->files.count_marked_after(limit_).files;
    Pauses pauses;
    while (!store_.reads->files.marked(limit_, 1).empty()) {
        report_progress(options_.progress,
                        {"freeing", report_.freed_files, total, report_.freed_bytes});
        free_turn();
        pauses.after_turn();
    }
}

void GarbageCollection::free_turn() {
    struct Item {
        FileRow file;
        std::optional<Sha256> content; ///< of a manifest: where it lies
    };
    Catalog& catalog = *store_.catalog;
    WriteTransaction turn(store_, options_.progress.stop);
    turn.begin();
    std::vector<Item> items;
    for (const FileRow& file : catalog.files.marked(limit_, kFilesInBatch)) {
        items.push_back({file, catalog.manifests.content_of(file.id)});
        catalog.files.remove(file.id);
    }
    turn.commit();
    for (const Item& item : items) {
        if (unlink(item.file, item.content)) {
            note_freed(item.file);
        }
    }
}

/// Gives false where there is nothing to unlink.
bool GarbageCollection::unlink(const FileRow& file, const std::optional<Sha256>& content) {
    switch (file.kind) {
    case FileKind::loose:
        return store_.objects.remove_loose(file.name);
    case FileKind::pack:
        return store_.objects.remove_pack(file.name);
    case FileKind::manifest:
        break;
    }
    // One that another manifest of the same content has taken the place of has no row that says
    // where it lies; it is swept as a file without a row.
    if (!content || !store_.files().remove(store_.layout.manifest(*content, file.name))) {
        return false;
    }
    remove_if_empty(store_, store_.layout.artifact_folder(*content));
    return true;
}

void GarbageCollection::note_freed(const FileRow& file) {
    ++report_.freed_files;
    report_.freed_bytes += file.size;
    if (options_.visit) {
        options_.visit({kind_of(file.kind), file.name.hex(), file.size, false, false});
    }
}

// ---- 7. Leftovers

void GarbageCollection::sweep() {
    const UntrackedReport swept = sweep_untracked(store_, options_.progress, options_.visit);
    report_.freed_files += swept.files;
    report_.freed_bytes += swept.bytes;
    rewrite_records(store_);
}

// ---- Saying what would be done

/// What gc would do, in steps 2, 4 and 6, without doing it.
class Preview {
public:
    Preview(OpenStore& store, const GcOptions& options)
        : store_(store), options_(options),
          leases_(living_leases(store.layout, store.files(), false)), lease_(store.leases.take()),
          catalog_(store.second_catalog()), view_(*catalog_), reached_(store) {}

    GcReport run();

private:
    void add(const FileRow& file, bool moves);

    OpenStore& store_;
    const GcOptions& options_;
    std::vector<std::uint64_t> leases_; ///< without its own
    std::shared_ptr<const Lease> lease_;
    std::unique_ptr<Catalog> catalog_;
    Catalog::ReadTransaction view_;
    LiveSet reached_;
    std::uint64_t epoch_ = 0; ///< that would be raised
    std::uint64_t limit_ = 0;
    std::uint64_t youngest_ = 0;
    GcReport report_;
};

void Preview::add(const FileRow& file, bool moves) {
    const std::uint64_t mark = moves ? epoch_ : file.mark.value_or(epoch_);
    const bool waits = mark > limit_;
    ++(waits ? report_.waiting_files : report_.freed_files);
    (waits ? report_.waiting_bytes : report_.freed_bytes) += file.size;
    youngest_ = std::max(youngest_, waits ? mark : 0);
    if (options_.visit) {
        options_.visit({kind_of(file.kind), file.name.hex(), file.size, waits, moves});
    }
}

GcReport Preview::run() {
    epoch_ = catalog_->epoch() + 1;
    limit_ = epoch_;
    for (const std::uint64_t lease : leases_) {
        limit_ = std::min(limit_, lease);
    }
    reached_.add_versions(*catalog_, options_.progress);
    LivenessScan survey(*catalog_, reached_, store_.settings.pack_limit);
    survey.run({[&](const FileRow& file, const std::optional<Sha256>&) { add(file, false); },
                [&](const FileRow& file) { add(file, false); }, [](const FileRow&) {}});
    find_moving(survey, [&](const ObjectRow& row) {
        ++report_.packed_objects;
        report_.packed_bytes += row.size;
        if (row.file.kind == FileKind::loose) {
            add(row.file, true);
        }
    });
    for (const PackUse& use : survey.packs()) {
        // One with damage in it stays.
        if (use.is_half_garbage() && use.damaged == 0) {
            add(use.file, true);
        }
    }
    const UntrackedReport untracked_files = count_untracked(store_, options_.visit);
    report_.freed_files += untracked_files.files;
    report_.freed_bytes += untracked_files.bytes;
    report_.readers = count_older(leases_, youngest_);
    return std::move(report_);
}

} // namespace

GcReport collect_garbage(OpenStore& store, const GcOptions& options) {
    return options.dry_run ? Preview(store, options).run()
                           : GarbageCollection(store, options).collect();
}

} // namespace vitrine
