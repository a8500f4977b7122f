// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstddef>
#include <iterator>
#include <optional>

namespace vitrine {

/// The iterator of a range that is walked once: an input iterator over the items that
/// `std::optional<Item> Range::next()` returns, up to the first empty one. Holds the current item;
/// the range must outlive it. Throws: what Range::next throws.
template <class Range, class Item>
class NextIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = const Item*;
    using reference = const Item&;

    /// Reads the first item.
    explicit NextIterator(Range& range) : range_(&range), item_(range.next()) {}

    /// The current item. Valid until the next `++`. There must be one.
    const Item& operator*() const { return *item_; }
    const Item* operator->() const { return &*item_; }
    /// Reads the next item.
    NextIterator& operator++() {
        item_ = range_->next();
        return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t /*end*/) const { return !item_; }

private:
    Range* range_;
    std::optional<Item> item_;
};

} // namespace vitrine
