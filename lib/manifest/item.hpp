// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include "manifest/entry_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// An item: an entry, or a tombstone, which removes the path of an older layer. Refers to encoded
/// bytes.
struct ItemView {
    std::string_view path;
    EntryFields fields;
};

/// Walks items in path order. One thread at a time.
class ItemCursor {
public:
    virtual ~ItemCursor() = default;
    /// Moves to the next item; null at the end. Valid until the cursor moves again.
    /// Throws: Corruption.
    virtual const ItemView* next() = 0;
    /// Moves to the first item whose path is not less than `path`, and returns it like next. Stays
    /// where it is if the current item is such an item: a cursor never goes back. Blocks between
    /// are not read.
    virtual const ItemView* seek(std::string_view path) = 0;
};

/// A sorted list of items, each path once: a segment on disk, or the changes of a draft in memory.
/// Must not change while it is read; safe to read from many threads.
class ItemLayer {
public:
    virtual ~ItemLayer() = default;
    virtual std::uint64_t items() const = 0;
    /// The encoded fields of the item with that path; nothing if there is none. Throws: Corruption.
    virtual std::optional<std::string> find_fields(std::string_view path) const = 0;
    /// False if find_fields would find nothing and that is cheap to tell. A manifest asks its newer
    /// layers, which have few of all paths.
    virtual bool may_contain(std::string_view path) const;
    /// Starts at the first item whose path is not less than `first`. The layer must outlive it.
    virtual std::unique_ptr<ItemCursor> cursor(std::string_view first) const = 0;
    /// At most `count` paths, ascending, that split the items into pieces of about the same size;
    /// none if that is not cheap to tell.
    virtual std::vector<std::string> split_points(std::size_t count) const;
    /// Two layers with the same identity hold the same items. By default the address of the layer.
    virtual std::string identity() const;
};

/// The layers of a manifest, newest first: for each path, the item of the first layer that has one
/// counts.
using Layers = std::vector<std::shared_ptr<const ItemLayer>>;

/// The layers of a manifest: the changes of a draft, if there are any, then its segments. Entries
/// in memory are one layer; an empty manifest has none.
Layers layers_of(const Manifest& manifest);

/// The manifest that consists of `layers`. A full walk throws Corruption unless it meets `entries`
/// entries.
Manifest manifest_of_layers(Layers layers, std::uint64_t entries);

/// Walks several layers as one: for each path, the newest item. Tombstones are among the items, so
/// that the result can be written as a segment that replaces all of them.
class ItemMerge final : public ItemCursor {
public:
    explicit ItemMerge(Layers layers, std::string_view first = "");

    const ItemView* next() override;
    const ItemView* seek(std::string_view path) override;

private:
    struct Source {
        std::unique_ptr<ItemCursor> cursor;
        const ItemView* item = nullptr;
    };
    const ItemView* select();

    Layers layers_;
    std::vector<Source> sources_;
    std::size_t least_ = 0; ///< the source of the current item
    /// The item with the least path of the other sources. As long as `least_` stays below it, the
    /// other sources need no check. Nearly all items of a manifest come from its oldest segment.
    const ItemView* other_ = nullptr;
    const ItemView* current_ = nullptr;
};

} // namespace vitrine
