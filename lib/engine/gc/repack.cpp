// SPDX-License-Identifier: MIT
#include "engine/gc/repack.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/write_lock.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace vitrine {

namespace {

/// A pack is finished when its objects have this size,
constexpr std::uint64_t kNewPackBytes = std::uint64_t{128} << 20U;
/// or this number: their rows change under one hold of the write lock.
constexpr std::size_t kPackObjects = 65536;

bool is_whole(const ObjectStore& objects, const ObjectRow& row) {
    try {
        objects.check(location_of(row));
        return true;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Corruption) {
            throw;
        }
        return false;
    }
}

} // namespace

Repack::Repack(OpenStore& store, LiveSet& live, const std::vector<PackUse>& packs,
               const ProgressOptions& progress)
    : store_(store), live_(live), progress_(progress), lease_(store.leases.take()),
      folder_(lease_->new_staging_folder()) {
    for (const PackUse& use : packs) {
        left_.emplace(use.file.id, use.objects);
    }
    store_.files().create_directories(folder_);
}

Repack::~Repack() {
    try {
        store_.files().remove_all(folder_);
    } catch (const Error& error) {
        store_.warn(concat("a folder is left to the next gc: ", error.what()));
    }
}

RepackReport Repack::move_objects(SortedDigests& objects, std::uint64_t count) {
    count_ = count;
    SortedDigests::Walk walk(objects);
    for (std::uint64_t packs = 0;; ++packs) {
        read_batch(walk);
        if (batch_.empty()) {
            return std::move(report_);
        }
        PackWriter writer(store_.files(), folder_ / std::to_string(packs));
        copy_batch(writer);
        std::optional<SealedPack> sealed;
        if (!batch_.empty()) {
            sealed = writer.finish();
        }
        publish(sealed, writer);
    }
}

/// Reads the rows of the next objects, in the order of their places in the old files.
void Repack::read_batch(SortedDigests::Walk& walk) {
    batch_.clear();
    damaged_.clear();
    std::uint64_t bytes = 0;
    while (bytes < kNewPackBytes && batch_.size() < kPackObjects) {
        const auto item = walk.next();
        if (!item) {
            break;
        }
        // Since the snapshot it may have been found damaged, or written to another file.
        const auto row = store_.reads->objects.find(item->digest);
        const auto file = static_cast<std::int64_t>(item->size);
        if (row && row->file.id == file && !row->damaged && row->size <= kPackBufferBytes) {
            bytes += row->size;
            batch_.push_back(*row);
        }
    }
    std::sort(batch_.begin(), batch_.end(), [](const ObjectRow& left, const ObjectRow& right) {
        return std::tie(left.file.id, left.offset) < std::tie(right.file.id, right.offset);
    });
}

// ---- 1. Copy

/// Returns the object's bytes; nothing if they are damaged.
std::optional<std::string> Repack::read(const ObjectRow& row) {
    try {
        return store_.objects.read(location_of(row));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Corruption) {
            throw;
        }
        damaged_.push_back(row.sha256);
        return std::nullopt;
    }
}

/// Copies the batch, and removes damaged objects from it.
void Repack::copy_batch(PackWriter& pack) {
    std::erase_if(batch_, [&](const ObjectRow& row) {
        report_progress(progress_, {"packing", report_.objects, count_, report_.bytes});
        const std::optional<std::string> bytes = read(row);
        if (!bytes) {
            return true;
        }
        pack.add(row.sha256, as_bytes(*bytes));
        ++report_.objects;
        report_.bytes += bytes->size();
        return false;
    });
}

// ---- 2. and 3. Flush, and update the rows

void Repack::publish(const std::optional<SealedPack>& sealed, const PackWriter& writer) {
    if (sealed) {
        store_.flush_file(writer.path());
    }
    Catalog& catalog = *store_.catalog;
    WriteTransaction transaction(store_, progress_.stop);
    transaction.begin();
    mark_damaged();
    if (sealed) {
        publish_pack(*sealed, writer);
        live_.add_versions(catalog, progress_);
        mark_sources(catalog.raise_epoch());
    }
    transaction.commit();
    report_.epoch = sealed ? catalog.epoch() : report_.epoch;
}

void Repack::mark_damaged() {
    for (const Sha256& object : damaged_) {
        // Another process may have replaced it since it was read.
        const auto row = store_.catalog->objects.find(object);
        if (row && !is_whole(store_.objects, *row)) {
            store_.catalog->objects.set_damaged(object, true);
            report_.damaged.push_back(object);
        }
    }
}

void Repack::publish_pack(const SealedPack& sealed, const PackWriter& writer) {
    std::set<std::filesystem::path> changed;
    store_.objects.publish_pack(writer.path(), sealed.name, changed);
    store_.flush_folders(changed);
    PackRows rows{sealed.name, sealed.size, {}};
    for (const PackItem& item : writer.items()) {
        rows.objects.push_back({item.object, item.size, item.offset});
    }
    store_.catalog->objects.put_packs(std::span(&rows, 1));
}

/// Marks the old files that no live object is read from any more.
void Repack::mark_sources(std::uint64_t epoch) {
    for (const ObjectRow& row : batch_) {
        const auto pack = left_.find(row.file.id);
        if (pack != left_.end()) {
            --pack->second;
        } else {
            store_.catalog->files.mark_orphan(row.file.id, epoch);
        }
    }
    std::vector<std::int64_t> empty;
    for (const auto& [pack, left] : left_) {
        if (left == 0) {
            empty.push_back(pack);
        }
    }
    if (!empty.empty()) {
        mark_packs(empty, epoch);
    }
}

/// Marks these packs, except those that a version committed since the snapshot needs an object of:
/// they stay, and a later gc looks at them again.
void Repack::mark_packs(const std::vector<std::int64_t>& packs, std::uint64_t epoch) {
    const std::set<std::int64_t> in_use = packs_in_use(*store_.catalog, live_, packs);
    for (const std::int64_t pack : packs) {
        if (!in_use.contains(pack)) {
            store_.catalog->files.set_mark(pack, epoch);
        }
        left_.erase(pack);
    }
}

} // namespace vitrine
