// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "manifest/item.hpp"

#include <utility>

namespace vitrine {

bool ItemLayer::may_contain(std::string_view) const {
    return true;
}

std::vector<std::string> ItemLayer::split_points(std::size_t) const {
    return {};
}

std::string ItemLayer::identity() const {
    return concat("at ", static_cast<const void*>(this));
}

ItemMerge::ItemMerge(Layers layers, std::string_view first) : layers_(std::move(layers)) {
    sources_.reserve(layers_.size());
    for (const auto& layer : layers_) {
        Source source{layer->cursor(first), nullptr};
        source.item = source.cursor->next();
        sources_.push_back(std::move(source));
    }
}

/// Finds the least path, the newest source that has it, and the next path of the other sources.
const ItemView* ItemMerge::select() {
    const ItemView* least = nullptr;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const ItemView* item = sources_[i].item;
        if (item != nullptr && (least == nullptr || item->path < least->path)) {
            least = item;
            least_ = i;
        }
    }
    other_ = nullptr;
    if (least != nullptr) {
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            Source& source = sources_[i];
            if (i == least_ || source.item == nullptr) {
                continue;
            }
            if (source.item->path == least->path) {
                source.item = source.cursor->next(); // an older item of the same path
            }
            if (source.item != nullptr && (other_ == nullptr || source.item->path < other_->path)) {
                other_ = source.item;
            }
        }
    }
    current_ = least;
    return current_;
}

const ItemView* ItemMerge::next() {
    if (current_ == nullptr) {
        return select();
    }
    Source& source = sources_[least_];
    source.item = source.cursor->next();
    const bool stays =
        source.item != nullptr && (other_ == nullptr || source.item->path < other_->path);
    current_ = stays ? source.item : select();
    return current_;
}

const ItemView* ItemMerge::seek(std::string_view path) {
    if (current_ != nullptr && current_->path >= path) {
        return current_;
    }
    for (Source& source : sources_) {
        if (source.item != nullptr && source.item->path < path) {
            source.item = source.cursor->seek(path);
        }
    }
    return select();
}

namespace {

/// Walks the entries of some layers, and checks their number if `expected` is given.
class LayersCursor : public EntryCursor {
public:
    LayersCursor(const Layers& layers, std::string_view first,
                 std::optional<std::uint64_t> expected)
        : merge_(layers, first), expected_(expected) {}

    std::optional<Entry> next() override {
        while (const ItemView* item = merge_.next()) {
            if (!item->fields.is_tombstone) {
                ++count_;
                return item->fields.entry(item->path);
            }
        }
        if (expected_ && count_ != *expected_) {
            throw Error(ErrorCode::Corruption, concat("manifest is damaged: expected ", *expected_,
                                                      " entries, got ", count_));
        }
        return std::nullopt;
    }

private:
    ItemMerge merge_;
    std::optional<std::uint64_t> expected_;
    std::uint64_t count_ = 0;
};

class LayersStorage : public EntryStorage {
public:
    LayersStorage(Layers layers, std::uint64_t entries)
        : layers_(std::move(layers)), entries_(entries) {}

    const Layers& layers() const { return layers_; }

    std::uint64_t count() const override { return entries_; }

    std::optional<Entry> find(std::string_view path) const override {
        for (const auto& layer : layers_) {
            if (layer != layers_.back() && !layer->may_contain(path)) {
                continue;
            }
            if (const auto bytes = layer->find_fields(path)) {
                const EntryFields fields = EntryFields::parse(*bytes);
                return fields.is_tombstone ? std::nullopt : std::optional(fields.entry(path));
            }
        }
        return std::nullopt;
    }

    std::unique_ptr<EntryCursor> walk(std::string_view first) const override {
        const auto expected = first.empty() ? std::optional(entries_) : std::nullopt;
        return std::make_unique<LayersCursor>(layers_, first, expected);
    }

private:
    Layers layers_;
    std::uint64_t entries_;
};

/// A manifest in memory, whose entries are not encoded, as a layer.
class EntriesLayer : public ItemLayer {
public:
    explicit EntriesLayer(Manifest manifest) : manifest_(std::move(manifest)) {}

    std::uint64_t items() const override { return manifest_.size(); }

    std::optional<std::string> find_fields(std::string_view path) const override {
        const auto entry = manifest_.find(path);
        if (!entry) {
            return std::nullopt;
        }
        std::string bytes;
        encode_fields(bytes, *entry);
        return bytes;
    }

    std::unique_ptr<ItemCursor> cursor(std::string_view first) const override {
        return std::make_unique<Cursor>(manifest_, first);
    }

private:
    class Cursor : public ItemCursor {
    public:
        Cursor(const Manifest& manifest, std::string_view first)
            : manifest_(manifest), entries_(manifest.walk(first)) {}

        const ItemView* next() override {
            entry_ = entries_->next();
            return view();
        }

        const ItemView* seek(std::string_view path) override {
            if (!entry_ || entry_->path.str() < path) {
                entries_ = manifest_.walk(path);
                entry_ = entries_->next();
            }
            return view();
        }

    private:
        const ItemView* view() {
            if (!entry_) {
                return nullptr;
            }
            bytes_.clear();
            encode_fields(bytes_, *entry_);
            view_ = {entry_->path.str(), EntryFields::parse(bytes_)};
            return &view_;
        }

        const Manifest& manifest_;
        std::unique_ptr<EntryCursor> entries_;
        std::optional<Entry> entry_;
        std::string bytes_;
        ItemView view_;
    };

    Manifest manifest_;
};

} // namespace

Layers layers_of(const Manifest& manifest) {
    if (const auto* stored = dynamic_cast<const LayersStorage*>(manifest.storage().get())) {
        return stored->layers();
    }
    if (manifest.size() == 0) {
        return {};
    }
    return {std::make_shared<const EntriesLayer>(manifest)};
}

Manifest manifest_of_layers(Layers layers, std::uint64_t entries) {
    return Manifest(std::make_shared<const LayersStorage>(std::move(layers), entries));
}

} // namespace vitrine
