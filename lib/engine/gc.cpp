// SPDX-License-Identifier: MIT
//
// Epoch-based reclamation, between processes. The catalogue holds a number, the epoch; whoever
// reads or drafts holds a lease with the epoch that it found before it read anything else. Marks
// stand on files, and say in which epoch a file was found unreached.
//
//  1. Take gc.lock: one gc at a time. Only gc unlinks anything, so that what it reads itself
//     cannot go from under it.
//  2. Collect from a snapshot what live versions reach, from manifests alone, beside readers and
//     writers.
//  3. In one turn of the write lock: look for records that no row explains, and stop if there are
//     any; add what was committed since the snapshot; raise the epoch; give the new epoch as a
//     mark to every unreached file that has none, and clear the marks of the others. From the
//     commit of this turn on, whoever takes a lease gets the new epoch, and a draft of it does not
//     count a marked file as present.
//  4. Only then list the leases. Whoever holds an older one may still need what has been marked
//     now. Leases of dead processes are swept with their staging folders.
//  5. In short turns, free the files whose mark is no younger than the oldest lease, nor than the
//     epoch that this gc raised: delete the rows, commit durably, and only then unlink, so that no
//     row outlives its file. A commit in between has cleared the marks of what it needs, which is
//     why each turn looks again.
//  6. In short turns, sweep what crashes left (leftovers.cpp), and write records and heads anew
//     where they differ from the catalogue, which is right.
//
// What must wait is reported, and goes at a later gc.
#include "engine/gc.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/leftovers.hpp"
#include "engine/progress.hpp"
#include "engine/reached.hpp"
#include "engine/write_lock.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace vitrine {

namespace {

/// So many files go in one turn of the write lock.
constexpr std::size_t kFilesInTurn = 512;

/// A file that no live version reaches.
struct Unreached {
    FileRow file;
    std::optional<Sha256> content; ///< of a manifest: where it lies
};

FileLock take_gc_lock(const OpenStore& store) {
    store.require_writable();
    auto lock = FileLock::try_take(store.layout.gc_lock(), FileLock::Mode::Exclusive);
    if (!lock) {
        throw Error(ErrorCode::Locked,
                    concat("another gc is at work in store ", quoted(store.layout.root.native())));
    }
    return std::move(*lock);
}

class GarbageCollection {
public:
    GarbageCollection(OpenStore& store, const GcOptions& options)
        : store_(store), options_(options), lock_(take_gc_lock(store)), reached_(store) {}

    GcReport run() {
        collect();
        const std::uint64_t epoch = options_.dry_run ? guess() : mark();
        const std::vector<std::uint64_t> leases =
            living_leases(store_.layout, store_.files(), !options_.dry_run);
        split(epoch, leases);
        free_files();
        sweep_leftovers();
        return report_;
    }

private:
    void collect();
    std::uint64_t guess();
    std::uint64_t mark();
    void find_unreached(Catalog& catalog);
    void split(std::uint64_t epoch, const std::vector<std::uint64_t>& leases);
    void free_files();
    void free_turn(const std::vector<Unreached>& files);
    void unlink(const Unreached& item);
    void sweep_leftovers();

    OpenStore& store_;
    const GcOptions& options_;
    FileLock lock_;
    Reached reached_;
    std::vector<FileRow> again_reached_; ///< bear a mark, and are reached
    std::vector<Unreached> unreached_;
    std::vector<Unreached> free_;
    std::uint64_t limit_ = 0; ///< marks up to this one may go
    GcReport report_;
};

// ---- 2. What is reached

void GarbageCollection::collect() {
    const std::unique_ptr<Catalog> catalog = store_.second_catalog();
    const Catalog::ReadTransaction view(*catalog);
    reached_.add_all(*catalog, options_.progress);
    if (options_.dry_run) {
        find_unreached(*catalog);
    }
}

/// Sorts all files into those that are reached and those that are not.
void GarbageCollection::find_unreached(Catalog& catalog) {
    std::unordered_set<std::int64_t> reached_files;
    std::unordered_map<std::int64_t, Sha256> contents;
    catalog.for_each_object([&](const ObjectRow& row) {
        if (reached_.has_object(row.sha256)) {
            reached_files.insert(row.file.id);
        }
    });
    catalog.for_each_manifest([&](const ManifestRow& row) {
        if (reached_.contents().contains(row.content)) {
            reached_files.insert(row.file.id);
        } else {
            contents.emplace(row.file.id, row.content);
        }
    });
    catalog.for_each_file([&](const FileRow& file) {
        if (!reached_files.contains(file.id)) {
            const auto content = contents.find(file.id);
            unreached_.push_back(
                {file, content == contents.end() ? std::nullopt : std::optional(content->second)});
        } else if (file.mark) {
            again_reached_.push_back(file);
        }
    });
}

// ---- 3. Marks

/// What mark() would do, without doing it: gives the epoch that it would raise.
std::uint64_t GarbageCollection::guess() {
    const std::uint64_t epoch = store_.reads->epoch() + 1;
    for (Unreached& item : unreached_) {
        item.file.mark = item.file.mark.value_or(epoch);
    }
    return epoch;
}

std::uint64_t GarbageCollection::mark() {
    check_stop(options_.progress);
    Catalog& catalog = *store_.catalog;
    WriteTurn turn(store_, options_.progress.stop);
    require_explained_records(store_);
    turn.begin();
    // Those that were collected before cost nothing here.
    catalog.for_each_version([&](const VersionRow& row) { reached_.add(catalog, row); });
    find_unreached(catalog);
    const std::uint64_t epoch = catalog.raise_epoch();
    for (Unreached& item : unreached_) {
        if (!item.file.mark) {
            catalog.set_mark(item.file.id, epoch);
            item.file.mark = epoch;
        }
    }
    for (const FileRow& file : again_reached_) {
        catalog.set_mark(file.id, std::nullopt);
    }
    turn.commit();
    return epoch;
}

// ---- 4. Who still needs what

void GarbageCollection::split(std::uint64_t epoch, const std::vector<std::uint64_t>& leases) {
    limit_ = epoch;
    for (const std::uint64_t lease : leases) {
        limit_ = std::min(limit_, lease);
    }
    std::uint64_t youngest = 0;
    for (Unreached& item : unreached_) {
        if (*item.file.mark <= limit_) {
            free_.push_back(std::move(item));
            continue;
        }
        ++report_.waiting_objects;
        report_.waiting_bytes += item.file.size;
        youngest = std::max(youngest, *item.file.mark);
    }
    report_.readers = static_cast<std::uint64_t>(std::count_if(
        leases.begin(), leases.end(), [&](std::uint64_t lease) { return lease < youngest; }));
    unreached_.clear();
}

// ---- 5. Free

void GarbageCollection::free_files() {
    if (options_.dry_run) {
        for (const Unreached& item : free_) {
            ++report_.freed_objects;
            report_.freed_bytes += item.file.size;
        }
        return;
    }
    for (std::size_t first = 0; first < free_.size(); first += kFilesInTurn) {
        report_progress(options_.progress, {"freeing", first, free_.size(), report_.freed_bytes});
        const std::size_t last = std::min(first + kFilesInTurn, free_.size());
        free_turn({free_.begin() + static_cast<std::ptrdiff_t>(first),
                   free_.begin() + static_cast<std::ptrdiff_t>(last)});
    }
}

void GarbageCollection::free_turn(const std::vector<Unreached>& files) {
    WriteTurn turn(store_, options_.progress.stop);
    turn.begin();
    std::vector<Unreached> gone;
    for (const Unreached& item : files) {
        const auto now = store_.catalog->find_file(item.file.kind, item.file.name);
        if (now && now->id == item.file.id && now->mark && *now->mark <= limit_) {
            store_.catalog->remove_file(now->id);
            gone.push_back(item);
        }
    }
    turn.commit();
    for (const Unreached& item : gone) {
        unlink(item);
    }
}

void GarbageCollection::unlink(const Unreached& item) {
    switch (item.file.kind) {
    case FileKind::loose:
        store_.objects.remove_loose(item.file.name);
        break;
    case FileKind::manifest:
        // One that another manifest of the same content has taken the place of has no row that
        // says where it lies; it is swept as a file without a row.
        if (item.content) {
            store_.files().remove(store_.layout.manifest(*item.content, item.file.name));
            remove_if_empty(store_, store_.layout.artifact_folder(*item.content));
        }
        break;
    case FileKind::pack:
        store_.objects.remove_pack(item.file.name);
        break;
    }
    ++report_.freed_objects;
    report_.freed_bytes += item.file.size;
}

// ---- 6. Leftovers

void GarbageCollection::sweep_leftovers() {
    const LeftoverReport swept = options_.dry_run
                                     ? count_leftovers(store_)
                                     : vitrine::sweep_leftovers(store_, options_.progress);
    report_.freed_objects += swept.files;
    report_.freed_bytes += swept.bytes;
    if (!options_.dry_run) {
        rewrite_records(store_);
    }
}

} // namespace

GcReport collect_garbage(OpenStore& store, const GcOptions& options) {
    return GarbageCollection(store, options).run();
}

} // namespace vitrine
