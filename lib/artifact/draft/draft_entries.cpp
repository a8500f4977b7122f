// SPDX-License-Identifier: MIT
#include "artifact/draft/draft_entries.hpp"

#include <atomic>
#include <utility>

namespace vitrine {

DraftEntries::DraftEntries(Manifest base)
    : base_(std::move(base)), changes_(std::make_shared<ItemTable>()), count_(base_.size()) {}

std::optional<std::optional<Entry>> DraftEntries::find_over_base(std::string_view path) const {
    const auto bytes = changes_->find(path);
    if (!bytes) {
        return std::nullopt;
    }
    const EntryFields fields = EntryFields::parse(*bytes);
    return fields.is_tombstone ? std::optional<Entry>() : std::optional<Entry>(fields.entry(path));
}

std::optional<Entry> DraftEntries::find(std::string_view path) const {
    auto over = find_over_base(path);
    return over ? *std::move(over) : base_.find(path);
}

std::optional<Entry> DraftEntries::find(std::string_view path,
                                        const std::optional<Entry>& in_base) const {
    auto over = find_over_base(path);
    return over ? *std::move(over) : in_base;
}

std::optional<Entry> DraftEntries::find_added(std::string_view path) const {
    return find_over_base(path).value_or(std::nullopt);
}

ItemTable& DraftEntries::changeable() {
    if (changes_.use_count() > 1) {
        changes_ = std::make_shared<ItemTable>(*changes_);
    }
    // The last reader of a manifest may have been another thread.
    std::atomic_thread_fence(std::memory_order_acquire);
    return *changes_;
}

void DraftEntries::put(const Entry& entry) {
    put(entry, find(entry.path.str()).has_value());
}

void DraftEntries::put(const Entry& entry, bool is_there) {
    std::string fields;
    encode_fields(fields, entry);
    changeable().put(entry.path.str(), fields);
    count_ += is_there ? 0 : 1;
}

bool DraftEntries::erase(std::string_view path) {
    const bool in_base = base_.contains(path);
    const auto over = changes_->find(path);
    if (over ? EntryFields::parse(*over).is_tombstone : !in_base) {
        return false;
    }
    // What the draft started with must be hidden; of what it added itself nothing need be left.
    if (in_base) {
        std::string fields;
        encode_tombstone(fields);
        changeable().put(path, fields);
    } else {
        changeable().erase(path);
    }
    --count_;
    return true;
}

Manifest DraftEntries::manifest() const {
    Layers layers = layers_of(base_);
    if (changes_->items() > 0) {
        layers.insert(layers.begin(), changes_);
    }
    return manifest_of_layers(std::move(layers), count_);
}

} // namespace vitrine
