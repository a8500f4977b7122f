// SPDX-License-Identifier: MIT
//
// Epoch-based reclamation, between processes. The catalogue holds a number, the epoch. Each reader
// and each draft holds a lease with the epoch that it found before it read anything else. A mark on
// a file is the epoch in which gc found that no live version references it.
//
//  1. Take gc.lock, so that only one gc works at a time. Only gc unlinks files, so the files that
//     gc itself reads cannot disappear.
//  2. From a snapshot, beside readers and writers: stop if SQLite finds a fault in the catalogue.
//     Collect the live set from manifests alone. Walk the rows of all files beside it to find
//     garbage: files that are not live. Stop if something live has no row, although the store has
//     its bytes.
//  3. Under the write lock, in one transaction: stop if there is a record without a known version;
//     add versions that were committed since the snapshot to the live set; raise the epoch; mark
//     with it each file that was garbage, still is, and has no mark; and clear the marks of live
//     files. From this commit on, new leases get the new epoch, and their drafts do not count a
//     marked file as present. Files that became garbage since the snapshot are left to the next gc.
//  4. Copy the live objects of packs that are half garbage, and small loose objects, into new
//  packs.
//     Mark the files that held them with an epoch of their own (repack.cpp).
//  5. Only then list the leases: the holder of an older lease may still need files that were marked
//     now. Remove the leases of dead processes and their staging folders.
//  6. Look a second time at what is marked (garbage_proof.cpp): stop if a file that is to go serves
//     something live. In short batches, delete the files whose mark is at most the epoch of the
//     oldest lease, and at most the epoch that this gc raised last: delete the rows, commit
//     durably, and only then unlink, so that no row outlives its file. A commit between two batches
//     clears the marks of files that it needs, so each batch asks the catalogue again and keeps no
//     list.
//  7. In short batches, each looked at a second time, remove untracked files (untracked_files.cpp).
//     Write records and heads again that differ from the catalogue, which is right.
//
// Wherever it stops, no file that a version needs was unlinked: "run 'vitrine repair'".
//
// Files that must wait are reported, and a later gc deletes them. The cost grows with the manifests
// as far as they share no segments (live_set.hpp), with the rows, and with the garbage. Memory is
// bounded: large sets of digests are sorted on disk and merged with the walks of the catalogue,
// which have the same order.
#include "engine/gc/gc.hpp"

#include <vitrine/core/error.hpp>

#include "core/sorted_digests.hpp"
#include "core/text.hpp"
#include "engine/gc/garbage_proof.hpp"
#include "engine/gc/liveness_scan.hpp"
#include "engine/gc/repack.hpp"
#include "engine/gc/untracked_files.hpp"
#include "engine/records/record_sync.hpp"
#include "engine/records/untracked_records.hpp"
#include "engine/store/live_set.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/store_files.hpp"
#include "engine/store/write_lock.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

/// At most this many files are deleted in one hold of the write lock.
constexpr std::size_t kFilesInBatch = 512;
/// At most this many files are looked at together before they are deleted.
constexpr std::size_t kFilesInProof = std::size_t{1} << 16U;
/// Fewer small loose objects are not worth a pack.
constexpr std::uint64_t kManySmallObjects = 64;

FileLock take_gc_lock(const OpenStore& store) {
    store.require_writable();
    auto lock = FileLock::try_take(store.layout.gc_lock(), FileLock::Mode::Exclusive);
    if (!lock) {
        throw Error(ErrorCode::Locked,
                    concat("another gc is working on store ", quoted(store.layout.root.native())));
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

/// The number of leases that are older than a mark.
std::uint64_t count_older(const std::vector<std::uint64_t>& leases, std::uint64_t mark) {
    return static_cast<std::uint64_t>(std::count_if(
        leases.begin(), leases.end(), [&](std::uint64_t lease) { return lease < mark; }));
}

/// Yields the write lock: waiters poll every few milliseconds, and would starve if batches followed
/// each other without a pause.
class WriteLockYield {
public:
    void after_batch() {
        if (std::chrono::steady_clock::now() - since_ >= kLongestWork) {
            std::this_thread::sleep_for(kPause);
            since_ = std::chrono::steady_clock::now();
        }
    }

private:
    static constexpr std::chrono::milliseconds kLongestWork{200};
    static constexpr std::chrono::milliseconds kPause{25}; ///< longer than a waiter sleeps
    std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

class GarbageCollection {
public:
    GarbageCollection(OpenStore& store, const GcOptions& options)
        : store_(store), options_(options), lock_(take_gc_lock(store)), live_(store),
          proof_(store, live_) {}

    GcReport collect();

private:
    void find_garbage();
    void mark();
    void mark_garbage(Catalog& catalog);
    void repack();
    void find_limit();
    void delete_files();
    void prove(const std::vector<FileRow>& files);
    void delete_batch(std::span<const FileRow> files);
    bool unlink(const FileRow& file, const std::optional<Sha256>& content);
    void count_freed(const FileRow& file);
    void count_waiting();
    void remove_untracked_files();

    OpenStore& store_;
    const GcOptions& options_;
    FileLock lock_;
    LiveSet live_;
    GarbageProof proof_;
    // Files without a mark that were garbage in the snapshot.
    SortedDigests objects_;  ///< in files of their own
    SortedDigests contents_; ///< of manifests
    std::vector<std::int64_t> garbage_packs_;
    std::vector<std::int64_t> orphan_rows_; ///< files that no other row names
    std::vector<std::int64_t> marked_live_; ///< files that are live and have a mark
    std::vector<PackUse> packs_;            ///< with live objects
    SortedDigests moving_; ///< objects to move to new packs; beside each the id of its file
    std::uint64_t to_move_ = 0;
    std::uint64_t epoch_ = 0;           ///< the last one that this gc raised
    std::vector<std::uint64_t> leases_; ///< that were held after that
    std::uint64_t limit_ = 0;           ///< files with a mark of at most this can be deleted
    GcReport report_;
};

GcReport GarbageCollection::collect() {
    find_garbage();
    mark();
    repack();
    find_limit();
    delete_files();
    count_waiting();
    remove_untracked_files();
    return std::move(report_);
}

// ---- 2. Garbage

/// Visits the objects that should move to new packs. Small loose ones move only if there are enough
/// of them.
void find_moving(LivenessScan& scan, const std::function<void(const ObjectRow&)>& visit) {
    const bool small = scan.small_objects().objects >= kManySmallObjects;
    const bool garbage = std::any_of(scan.packs().begin(), scan.packs().end(),
                                     [](const PackUse& use) { return use.is_half_garbage(); });
    if (small || garbage) {
        scan.for_each_to_move(small, visit);
    }
}

void GarbageCollection::find_garbage() {
    const std::unique_ptr<Catalog> catalog = store_.second_catalog();
    const Catalog::ReadTransaction view(*catalog);
    report_progress(options_.progress, {"checking the catalogue", 0, 0, 0});
    require_sound(*catalog);
    live_.add_versions(*catalog, options_.progress);
    report_progress(options_.progress, {"looking for garbage", 0, 0, 0});
    LivenessScan scan(*catalog, live_, store_.settings.pack_limit);
    LivenessScan::Visit visit;
    visit.garbage = [&](const FileRow& file, const std::optional<Sha256>& content) {
        if (file.mark) {
            return; // an earlier gc marked it
        }
        if (content) {
            contents_.add(*content);
        } else if (file.kind == FileKind::loose) {
            objects_.add(file.name);
        } else {
            garbage_packs_.push_back(file.id);
        }
    };
    visit.orphan_row = [&](const FileRow& file) {
        if (!file.mark) {
            orphan_rows_.push_back(file.id);
        }
    };
    visit.marked_live = [&](const FileRow& file) { marked_live_.push_back(file.id); };
    scan.scan(visit);
    require_lost(store_, scan.without_row());
    find_moving(scan, [&](const ObjectRow& row) {
        ++to_move_;
        moving_.add(row.sha256, static_cast<std::uint64_t>(row.file.id));
    });
    packs_ = scan.packs();
}

// ---- 3. Marks

void GarbageCollection::mark() {
    check_stop(options_.progress);
    Catalog& catalog = *store_.catalog;
    WriteTransaction transaction(store_, options_.progress.stop);
    require_known_records(store_);
    transaction.begin();
    live_.add_versions(catalog, options_.progress);
    epoch_ = catalog.raise_epoch();
    for (const std::int64_t file : marked_live_) {
        catalog.files.set_mark(file, std::nullopt);
    }
    mark_garbage(catalog);
    transaction.commit();
}

void GarbageCollection::mark_garbage(Catalog& catalog) {
    DigestProbe objects(live_.objects());
    DigestProbe segments(live_.segments());
    objects_.for_each([&](const SortedDigests::Item& item) {
        const bool is_segment = segments.has(item.digest);
        if (!objects.has(item.digest) && !is_segment) {
            catalog.files.mark(FileKind::loose, item.digest, epoch_);
        }
    });
    contents_.for_each([&](const SortedDigests::Item& item) {
        if (!live_.contents().contains(item.digest)) {
            catalog.manifests.mark(item.digest, epoch_);
        }
    });
    const std::set<std::int64_t> in_use = packs_in_use(catalog, live_, garbage_packs_);
    for (const std::int64_t pack : garbage_packs_) {
        if (!in_use.contains(pack)) {
            catalog.files.set_mark(pack, epoch_);
        }
    }
    for (const std::int64_t file : orphan_rows_) {
        catalog.files.mark_orphan(file, epoch_);
    }
}

// ---- 4. Packs

void GarbageCollection::repack() {
    if (moving_.empty()) {
        return;
    }
    Repack repack(store_, live_, packs_, options_.progress);
    const RepackReport moved = repack.move_objects(moving_, to_move_);
    epoch_ = std::max(epoch_, moved.epoch);
    report_.packed_objects = moved.objects;
    report_.packed_bytes = moved.bytes;
    for (const Sha256& object : moved.damaged) {
        report_.damaged.push_back(object.hex());
    }
}

// ---- 5. Leases

void GarbageCollection::find_limit() {
    leases_ = live_leases(store_.layout, store_.files(), true);
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

// ---- 6. Delete

void GarbageCollection::delete_files() {
    const std::uint64_t total = store_.reads->files.count_marked_after(0).files -
                                store_.reads->files.count_marked_after(limit_).files;
    WriteLockYield yield;
    std::vector<FileRow> files = store_.reads->files.marked(limit_, kFilesInProof);
    while (!files.empty()) {
        prove(files);
        for (std::size_t first = 0; first < files.size(); first += kFilesInBatch) {
            report_progress(options_.progress,
                            {"freeing", report_.freed_files, total, report_.freed_bytes});
            delete_batch(
                std::span(files).subspan(first, std::min(kFilesInBatch, files.size() - first)));
            yield.after_batch();
        }
        files = store_.reads->files.marked(limit_, kFilesInProof);
    }
}

void GarbageCollection::prove(const std::vector<FileRow>& files) {
    const auto require_garbage = [&](const std::vector<FileRow>& list) {
        std::vector<DoomedFile> doomed;
        for (const FileRow& file : list) {
            doomed.push_back({file.kind, file.name, store_.reads->manifests.content_of(file.id)});
        }
        proof_.require_garbage(doomed);
    };
    try {
        require_garbage(files);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::NotAStore) {
            throw;
        }
        // A commit may have begun to use one of them meanwhile: look again while none can.
        const WriteTransaction lock(store_, options_.progress.stop);
        require_garbage(store_.reads->files.marked(limit_, kFilesInProof));
    }
}

/// Deletes those of the files that still have their mark.
void GarbageCollection::delete_batch(std::span<const FileRow> files) {
    struct Item {
        FileRow file;
        std::optional<Sha256> content; ///< of a manifest: names its folder
    };
    Catalog& catalog = *store_.catalog;
    WriteTransaction transaction(store_, options_.progress.stop);
    transaction.begin();
    std::vector<Item> items;
    for (const FileRow& marked : files) {
        const auto file = catalog.files.find(marked.kind, marked.name);
        if (!file || file->id != marked.id) {
            throw Error(ErrorCode::NotAStore,
                        concat("the catalogue contradicts itself about file ",
                               quoted(marked.name.hex()), ": run 'vitrine repair'"));
        }
        if (file->mark && *file->mark <= limit_) {
            items.push_back({*file, catalog.manifests.content_of(file->id)});
            catalog.files.remove(file->id);
        }
    }
    transaction.commit();
    for (const Item& item : items) {
        if (unlink(item.file, item.content)) {
            count_freed(item.file);
        }
    }
}

/// Returns false if there is no file to unlink.
bool GarbageCollection::unlink(const FileRow& file, const std::optional<Sha256>& content) {
    switch (file.kind) {
    case FileKind::loose:
        return store_.objects.remove_loose(file.name);
    case FileKind::pack:
        return store_.objects.remove_pack(file.name);
    case FileKind::manifest:
        break;
    }
    // If another manifest file of the same content has replaced this one, no row says in which
    // folder it is. It is removed later, as an untracked file.
    if (!content || !store_.files().remove(store_.layout.manifest(*content, file.name))) {
        return false;
    }
    remove_if_empty(store_.layout.artifact_folder(*content), store_.files());
    return true;
}

void GarbageCollection::count_freed(const FileRow& file) {
    ++report_.freed_files;
    report_.freed_bytes += file.size;
    if (options_.visit) {
        options_.visit({kind_of(file.kind), file.name.hex(), file.size, false, false});
    }
}

// ---- 7. Untracked files

void GarbageCollection::remove_untracked_files() {
    const UntrackedReport removed =
        remove_untracked(store_, proof_, options_.progress, options_.visit);
    report_.freed_files += removed.files;
    report_.freed_bytes += removed.bytes;
    rewrite_differing_records(store_);
}

// ---- Dry run

/// Computes what steps 2, 4 and 6 would do, and changes nothing.
class Preview {
public:
    Preview(OpenStore& store, const GcOptions& options)
        : store_(store), options_(options),
          leases_(live_leases(store.layout, store.files(), false)), lease_(store.leases.take()),
          catalog_(store.second_catalog()), view_(*catalog_), live_(store) {}

    GcReport report();

private:
    void add(const FileRow& file, bool moves);

    OpenStore& store_;
    const GcOptions& options_;
    std::vector<std::uint64_t> leases_; ///< without that of this preview
    std::shared_ptr<const Lease> lease_;
    std::unique_ptr<Catalog> catalog_;
    Catalog::ReadTransaction view_;
    LiveSet live_;
    std::uint64_t epoch_ = 0; ///< that gc would raise
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

GcReport Preview::report() {
    epoch_ = catalog_->epoch() + 1;
    limit_ = epoch_;
    for (const std::uint64_t lease : leases_) {
        limit_ = std::min(limit_, lease);
    }
    require_sound(*catalog_);
    live_.add_versions(*catalog_, options_.progress);
    LivenessScan scan(*catalog_, live_, store_.settings.pack_limit);
    scan.scan({[&](const FileRow& file, const std::optional<Sha256>&) { add(file, false); },
               [&](const FileRow& file) { add(file, false); }, [](const FileRow&) {}});
    require_lost(store_, scan.without_row());
    find_moving(scan, [&](const ObjectRow& row) {
        ++report_.packed_objects;
        report_.packed_bytes += row.size;
        if (row.file.kind == FileKind::loose) {
            add(row.file, true);
        }
    });
    for (const PackUse& use : scan.packs()) {
        // A pack with a damaged live object stays.
        if (use.is_half_garbage() && use.damaged == 0) {
            add(use.file, true);
        }
    }
    const UntrackedReport untracked = count_untracked(store_, options_.visit);
    report_.freed_files += untracked.files;
    report_.freed_bytes += untracked.bytes;
    report_.readers = count_older(leases_, youngest_);
    return std::move(report_);
}

} // namespace

GcReport collect_garbage(OpenStore& store, const GcOptions& options) {
    return options.dry_run ? Preview(store, options).report()
                           : GarbageCollection(store, options).collect();
}

} // namespace vitrine
