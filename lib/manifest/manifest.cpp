// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "core/text.hpp"
#include "manifest/item.hpp"
#include "manifest/manifest_digest.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

std::string_view path_of(const Entry& entry) {
    return entry.path.str();
}

/// Entries in memory, sorted by path.
class MemoryStorage : public EntryStorage {
public:
    explicit MemoryStorage(std::vector<Entry> entries) : entries_(std::move(entries)) {
        std::ranges::sort(entries_, {}, path_of);
        const auto twice = std::ranges::adjacent_find(entries_, {}, path_of);
        if (twice != entries_.end()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("path ", quoted(path_of(*twice)), " appears twice in a manifest"));
        }
        for (Entry& entry : entries_) {
            // W&B writes no empty extra, so an empty one becomes null.
            if (entry.extra.is_object() && entry.extra.empty()) {
                entry.extra = nullptr;
            }
        }
    }

    std::uint64_t count() const override { return entries_.size(); }

    std::optional<Entry> find(std::string_view path) const override {
        const auto found = lower_bound(path);
        if (found == entries_.end() || path_of(*found) != path) {
            return std::nullopt;
        }
        return *found;
    }

    std::unique_ptr<EntryCursor> walk(std::string_view first) const override {
        return std::make_unique<Cursor>(lower_bound(first), entries_.end());
    }

private:
    using Position = std::vector<Entry>::const_iterator;

    class Cursor : public EntryCursor {
    public:
        Cursor(Position position, Position end) : position_(position), end_(end) {}

        std::optional<Entry> next() override {
            return position_ == end_ ? std::nullopt : std::optional<Entry>(*position_++);
        }

    private:
        Position position_;
        Position end_;
    };

    Position lower_bound(std::string_view path) const {
        return std::ranges::lower_bound(entries_, path, {}, path_of);
    }

    std::vector<Entry> entries_;
};

} // namespace

EntryRange::EntryRange(std::shared_ptr<const EntryStorage> storage, std::string folder)
    : storage_(std::move(storage)), folder_(std::move(folder)) {
    while (folder_.ends_with('/')) {
        folder_.pop_back();
    }
}

std::optional<Entry> EntryRange::next() {
    if (!cursor_) {
        // "a" and "a/b" are not always neighbours: "a-b" sorts between them.
        cursor_ = storage_->walk(folder_.empty() ? "" : folder_ + "/");
        if (!folder_.empty()) {
            if (auto entry = storage_->find(folder_)) {
                return entry;
            }
        }
    }
    auto entry = cursor_->next();
    return entry && entry->path.is_below(folder_) ? std::move(entry) : std::nullopt;
}

Manifest::Manifest() : Manifest(std::vector<Entry>()) {}

Manifest::Manifest(std::vector<Entry> entries)
    : storage_(std::make_shared<MemoryStorage>(std::move(entries))) {}

Manifest::Manifest(std::shared_ptr<const EntryStorage> storage) : storage_(std::move(storage)) {}

EntryRange Manifest::entries(std::string_view folder) const {
    return {storage_, std::string(folder)};
}

std::string Manifest::digest() const {
    WandbDigester digester;
    ItemMerge items(layers_of(*this));
    while (const ItemView* item = items.next()) {
        if (!item->fields.is_tombstone) {
            digester.add(item->path, item->fields.digest);
        }
    }
    return digester.finish();
}

} // namespace vitrine
