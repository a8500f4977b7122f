// SPDX-License-Identifier: MIT
#include "manifest/item_table.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;

struct Sizes {
    std::uint32_t path = 0;
    std::uint32_t fields = 0;
};

Sizes sizes_of(const char* record) {
    Sizes sizes;
    std::memcpy(&sizes, record, sizeof(sizes));
    return sizes;
}

std::size_t record_bytes(const char* record) {
    const Sizes sizes = sizes_of(record);
    return sizeof(Sizes) + sizes.path + sizes.fields;
}

} // namespace

std::string_view ItemTable::path_of(Record record) {
    return {record + sizeof(Sizes), sizes_of(record).path};
}

std::string_view ItemTable::fields_of(Record record) {
    const Sizes sizes = sizes_of(record);
    return {record + sizeof(Sizes) + sizes.path, sizes.fields};
}

bool ItemTable::Less::operator()(Record a, Record b) const {
    return path_of(a) < path_of(b);
}

bool ItemTable::Less::operator()(Record a, std::string_view b) const {
    return path_of(a) < b;
}

bool ItemTable::Less::operator()(std::string_view a, Record b) const {
    return a < path_of(b);
}

/// The copy and the original share the chunks so far; each appends to chunks of its own.
ItemTable::ItemTable(const ItemTable& other)
    : ItemLayer(other), records_(other.records_), chunks_(other.chunks_),
      live_bytes_(other.live_bytes_), dead_bytes_(other.dead_bytes_) {}

char* ItemTable::allocate(std::size_t size) {
    if (size > free_bytes_) {
        free_bytes_ = std::max(size, kChunkBytes);
        chunks_.emplace_back(new char[free_bytes_]);
        free_ = chunks_.back().get();
    }
    free_bytes_ -= size;
    return std::exchange(free_, free_ + size);
}

ItemTable::Record ItemTable::store(std::string_view path, std::string_view fields) {
    const Sizes sizes{static_cast<std::uint32_t>(path.size()),
                      static_cast<std::uint32_t>(fields.size())};
    char* record = allocate(sizeof(sizes) + path.size() + fields.size());
    std::memcpy(record, &sizes, sizeof(sizes));
    std::memcpy(record + sizeof(sizes), path.data(), path.size());
    std::memcpy(record + sizeof(sizes) + path.size(), fields.data(), fields.size());
    live_bytes_ += record_bytes(record);
    return record;
}

/// Removes a record. Once most bytes belong to removed records, copies the others to new chunks.
void ItemTable::forget(Records::iterator record) {
    live_bytes_ -= record_bytes(*record);
    dead_bytes_ += record_bytes(*record);
    records_.erase(record);
    if (dead_bytes_ < kChunkBytes || dead_bytes_ < live_bytes_) {
        return;
    }
    ItemTable fresh;
    for (const Record left : records_) {
        fresh.records_.insert(fresh.records_.end(), fresh.store(path_of(left), fields_of(left)));
    }
    records_.swap(fresh.records_);
    chunks_.swap(fresh.chunks_);
    free_ = fresh.free_;
    free_bytes_ = fresh.free_bytes_;
    live_bytes_ = fresh.live_bytes_;
    dead_bytes_ = 0;
}

void ItemTable::put(std::string_view path, std::string_view fields) {
    // Callers that add many items mostly do so in path order.
    const bool is_last = records_.empty() || path_of(*records_.rbegin()) < path;
    const auto behind = is_last ? records_.end() : records_.lower_bound(path);
    if (behind == records_.end() || path_of(*behind) != path) {
        records_.insert(behind, store(path, fields));
    } else {
        forget(behind);
        records_.insert(store(path, fields));
    }
}

void ItemTable::erase(std::string_view path) {
    if (const auto record = records_.find(path); record != records_.end()) {
        forget(record);
    }
}

std::optional<std::string_view> ItemTable::find(std::string_view path) const {
    const auto record = records_.find(path);
    return record == records_.end() ? std::nullopt : std::optional(fields_of(*record));
}

std::optional<std::string> ItemTable::find_fields(std::string_view path) const {
    const auto fields = find(path);
    return fields ? std::optional<std::string>(*fields) : std::nullopt;
}

class ItemTable::Cursor final : public ItemCursor {
public:
    Cursor(const Records& records, std::string_view first)
        : records_(records), next_(records.lower_bound(first)) {}

    const ItemView* next() override {
        if (next_ == records_.end()) {
            return item_ = nullptr;
        }
        view_ = {path_of(*next_), EntryFields::parse(fields_of(*next_))};
        ++next_;
        return item_ = &view_;
    }

    const ItemView* seek(std::string_view path) override {
        if (item_ != nullptr && item_->path >= path) {
            return item_;
        }
        next_ = records_.lower_bound(path);
        return next();
    }

private:
    const Records& records_;
    Records::const_iterator next_;
    ItemView view_;
    const ItemView* item_ = nullptr;
};

std::unique_ptr<ItemCursor> ItemTable::cursor(std::string_view first) const {
    return std::make_unique<Cursor>(records_, first);
}

} // namespace vitrine
