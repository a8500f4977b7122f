// SPDX-License-Identifier: MIT
#pragma once

#include "manifest/item.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Items in memory that are added in any order: the changes of a draft. An item takes its encoded
/// size, its path, and some 60 bytes more. Copies share the bytes.
///
/// Safe to read from many threads as long as no thread changes it.
class ItemTable final : public ItemLayer {
public:
    ItemTable() = default;
    ItemTable(const ItemTable& other);
    ItemTable& operator=(const ItemTable&) = delete;

    /// Adds or replaces.
    void put(std::string_view path, std::string_view fields);
    /// Removes the item with that path, if there is one.
    void erase(std::string_view path);

    std::uint64_t items() const override { return records_.size(); }
    /// The fields of the item with that path; valid until the next change.
    std::optional<std::string_view> find(std::string_view path) const;
    std::optional<std::string> find_fields(std::string_view path) const override;
    std::unique_ptr<ItemCursor> cursor(std::string_view first) const override;

private:
    /// Two sizes, the path, the fields; never changed.
    using Record = const char*;
    struct Less {
        using is_transparent = void;
        bool operator()(Record a, Record b) const;
        bool operator()(Record a, std::string_view b) const;
        bool operator()(std::string_view a, Record b) const;
    };
    using Records = std::set<Record, Less>;
    class Cursor;

    static std::string_view path_of(Record record);
    static std::string_view fields_of(Record record);
    char* allocate(std::size_t size);
    Record store(std::string_view path, std::string_view fields);
    void forget(Records::iterator record);

    Records records_;
    std::vector<std::shared_ptr<char[]>> chunks_;
    char* free_ = nullptr; ///< the rest of the newest chunk
    std::size_t free_bytes_ = 0;
    std::size_t live_bytes_ = 0;
    std::size_t dead_bytes_ = 0; ///< of items that were replaced or erased
};

} // namespace vitrine
