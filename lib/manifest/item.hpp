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

/// An entry, or the removal of a path that an older layer has, as it lies encoded somewhere.
struct ItemView {
    std::string_view path;
    EntryFields fields;
};

/// Walks items in path order. One thread at a time.
class ItemCursor {
public:
    virtual ~ItemCursor() = default;
    /// The next item, or null at the end; valid until the cursor moves on. Throws: Corruption.
    virtual const ItemView* next() = 0;
    /// Moves on to the first item whose path is not less than `path`, if it is not there already:
    /// a cursor never goes back. The same result as next. Blocks between are not read.
    virtual const ItemView* seek(std::string_view path) = 0;
};

/// A sorted list of items, each path once: a segment on disk, or the changes of a draft in memory.
/// Does not change while anybody reads it; safe to read from many threads.
class ItemLayer {
public:
    virtual ~ItemLayer() = default;
    virtual std::uint64_t items() const = 0;
    /// The encoded fields of a path, if this layer has an item of it. Throws: Corruption.
    virtual std::optional<std::string> find_fields(std::string_view path) const = 0;
    /// False where it is known without much ado that find_fields would give nothing. For layers
    /// that lie over others and have few of all paths.
    virtual bool may_contain(std::string_view path) const;
    /// From the first item whose path is not less than `first` on. The layer must outlive it.
    virtual std::unique_ptr<ItemCursor> cursor(std::string_view first) const = 0;
    /// At most `count` paths, ascending, that part the items into pieces of about the same size;
    /// none where that is not known without much ado.
    virtual std::vector<std::string> cuts(std::size_t count) const;
    /// What is the same for two layers only if they hold the same items: the address of this one,
    /// unless the layer knows better.
    virtual std::string identity() const;
};

/// What a manifest is made of, the newest first: of each path the item of the first layer that has
/// one counts.
using Layers = std::vector<std::shared_ptr<const ItemLayer>>;

/// The layers of a manifest: its segments, and before them the changes of a draft. Entries in
/// memory are one layer, none at all are no layer.
Layers layers_of(const Manifest& manifest);

/// The manifest that `layers` make up. A walk of all of it throws Corruption if there are not
/// `entries` of them.
Manifest manifest_of_layers(Layers layers, std::uint64_t entries);

/// Walks several layers as one: of each path the newest item. Removals are among the items, so that
/// the result can be written as a segment that stands for all of them.
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
    std::size_t least_ = 0; ///< the source of the item at hand
    /// The least path of the other sources: as long as `least_` stays below it, nothing else needs
    /// a look. Nearly all items of a manifest come from its oldest segment.
    const ItemView* other_ = nullptr;
    const ItemView* current_ = nullptr;
};

} // namespace vitrine
