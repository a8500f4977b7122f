// SPDX-License-Identifier: MIT
#include "engine/commit/staged_packs.hpp"

#include "core/linkless.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace vitrine {

namespace {

/// A pack is completed at this size. It is not larger, since gc copies a pack as a whole.
constexpr std::uint64_t kPackBytes = std::uint64_t{128} << 20U;
/// At most this many objects become files of their own instead of a pack.
constexpr std::size_t kFewObjects = 16;
constexpr unsigned kMaxSlots = 16;

} // namespace

StagedPacks::StagedPacks(StagingFolder& folder, std::shared_ptr<FileSystem> files, bool durable)
    : folder_(folder), files_(std::move(files)), durable_(durable) {
    const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxSlots);
    for (unsigned i = 0; i < threads; ++i) {
        slots_.push_back(std::make_unique<Slot>());
    }
}

/// Locks the first slot that no other thread fills, so that a single thread fills a single pack.
StagedPacks::Slot& StagedPacks::lock_slot(std::unique_lock<std::mutex>& lock) {
    for (const auto& slot : slots_) {
        lock = std::unique_lock(slot->mutex, std::try_to_lock);
        if (lock) {
            return *slot;
        }
    }
    const std::size_t any = std::hash<std::thread::id>()(std::this_thread::get_id());
    Slot& slot = *slots_[any % slots_.size()];
    lock = std::unique_lock(slot.mutex);
    return slot;
}

StagedPacks::Location StagedPacks::add(const Sha256& object, std::span<const std::byte> bytes) {
    std::unique_lock<std::mutex> lock;
    Open& open = lock_slot(lock).open;
    if (open.writer && open.writer->size() + bytes.size() > kPackBytes) {
        finish(open);
    }
    if (!open.writer) {
        start(open);
    }
    return {open.number, open.writer->add(object, bytes)};
}

void StagedPacks::start(Open& open) {
    const std::lock_guard lock(mutex_);
    open.number = static_cast<std::uint32_t>(paths_.size());
    paths_.push_back(folder_.new_path());
    open.writer = std::make_unique<PackWriter>(*files_, paths_.back(), durable_);
}

void StagedPacks::finish(Open& open) {
    const SealedPack sealed = open.writer->finish();
    const std::lock_guard lock(mutex_);
    sealed_.push_back({open.writer->path(), sealed});
    open.writer.reset();
}

std::filesystem::path StagedPacks::readable_path(std::uint32_t pack) {
    for (const auto& slot : slots_) {
        const std::lock_guard lock(slot->mutex);
        if (slot->open.writer && slot->open.number == pack) {
            slot->open.writer->flush();
        }
    }
    const std::lock_guard lock(mutex_);
    return paths_.at(pack);
}

std::unique_ptr<CheckedInput> StagedPacks::open(const Sha256& object, std::uint64_t size,
                                                Location location) {
    const std::filesystem::path path = readable_path(location.pack);
    auto file = std::make_shared<const FileDescriptor>(open_linkless(path));
    return std::make_unique<CheckedInput>(std::move(file), path, location.offset, size, object,
                                          concat("staged object ", quoted(object.hex())));
}

bool StagedPacks::are_few() const {
    std::size_t objects = 0;
    for (const auto& slot : slots_) {
        const PackWriter* writer = slot->open.writer.get();
        if (writer != nullptr && writer->is_on_disk()) {
            return false;
        }
        objects += writer != nullptr ? writer->items().size() : 0;
    }
    return sealed_.empty() && objects <= kFewObjects;
}

void StagedPacks::seal(
    const std::function<void(const Sha256&, std::span<const std::byte>)>& stage_loose) {
    const bool few = are_few();
    for (const auto& slot : slots_) {
        Open& open = slot->open;
        if (!open.writer) {
            continue;
        }
        if (!few) {
            finish(open);
            continue;
        }
        for (const PackItem& item : open.writer->items()) {
            stage_loose(item.object, open.writer->buffered(item));
        }
        open.writer.reset();
    }
}

void StagedPacks::clear() {
    for (const auto& slot : slots_) {
        slot->open.writer.reset();
    }
    sealed_.clear();
    paths_.clear();
}

} // namespace vitrine
