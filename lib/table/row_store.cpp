// SPDX-License-Identifier: MIT
#include "table/row_store.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10;

/// Whether a cell is, or contains, a value or object, which JSON text cannot express.
bool is_rich(const Cell& cell) {
    switch (cell.kind()) {
    case Cell::Kind::value:
    case Cell::Kind::object:
        return true;
    case Cell::Kind::list:
        return std::ranges::any_of(cell.items(), is_rich);
    case Cell::Kind::dictionary:
        return std::ranges::any_of(cell.members(),
                                   [](const auto& member) { return is_rich(member.second); });
    case Cell::Kind::none:
    case Cell::Kind::boolean:
    case Cell::Kind::integer:
    case Cell::Kind::floating:
    case Cell::Kind::string:
        break;
    }
    return false;
}

} // namespace

// The copy starts a new block, since the original continues to fill the last one.
RowStore::RowStore(const RowStore& other)
    : slots_(other.slots_), blocks_(other.blocks_), rich_cells_(other.rich_cells_) {}

RowStore::Slot& RowStore::add_slot(Kind kind) {
    Slot& slot = slots_.emplace_back();
    slot.kind = kind;
    return slot;
}

void RowStore::add_text(Kind kind, std::string_view text) {
    if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a cell of at most 4 GiB, got ", text.size(), " bytes"));
    }
    if (text.size() > free_bytes_) {
        const std::size_t size = std::max(kBlock, text.size());
        auto block = std::make_shared_for_overwrite<char[]>(size);
        if (size == kBlock || free_bytes_ == 0) {
            free_ = block.get();
            free_bytes_ = size;
            blocks_.push_back(std::move(block));
        } else {
            // A long text gets its own block, and the rest of the last block remains in use.
            std::ranges::copy(text, block.get());
            Slot& slot = add_slot(kind);
            slot.text = block.get();
            slot.length = static_cast<std::uint32_t>(text.size());
            blocks_.push_back(std::move(block));
            return;
        }
    }
    std::ranges::copy(text, free_);
    Slot& slot = add_slot(kind);
    slot.text = free_;
    slot.length = static_cast<std::uint32_t>(text.size());
    free_ += text.size();
    free_bytes_ -= text.size();
}

void RowStore::add(const Json& scalar) {
    if (scalar.is_null()) {
        add_slot(Kind::none);
    } else if (scalar.is_boolean()) {
        add_slot(scalar.get<bool>() ? Kind::yes : Kind::no);
    } else if (scalar.is_number_float()) {
        add_slot(Kind::floating).floating = scalar.get<double>();
    } else if (scalar.is_string()) {
        add_text(Kind::string, scalar.get_ref<const std::string&>());
    } else if (is_big_integer(scalar)) {
        add_text(Kind::big_integer, integer_text(scalar));
    } else if (scalar.is_number_unsigned() &&
               !std::in_range<std::int64_t>(scalar.get<std::uint64_t>())) {
        add_slot(Kind::unsigned_integer).unsigned_integer = scalar.get<std::uint64_t>();
    } else {
        add_slot(Kind::integer).integer = scalar.get<std::int64_t>();
    }
}

void RowStore::add(const Cell& cell) {
    if (is_rich(cell)) {
        rich_cells_.push_back(cell);
        add_slot(Kind::rich_cell).integer = static_cast<std::int64_t>(rich_cells_.size() - 1);
    } else if (cell.kind() == Cell::Kind::list || cell.kind() == Cell::Kind::dictionary) {
        // In insertion order, as in a run's file.
        add_text(Kind::json, render_json(cell.json(), kOrderedJson));
    } else {
        add(cell.json());
    }
}

void RowStore::shrink(std::size_t size) {
    while (slots_.size() > size) {
        if (slots_.back().kind == Kind::rich_cell) {
            rich_cells_.pop_back();
        }
        slots_.pop_back();
    }
}

std::string_view RowStore::text(std::size_t cell) const {
    const Slot& slot = slots_[cell];
    return {slot.text, slot.length};
}

const Cell& RowStore::rich_cell(std::size_t cell) const {
    return rich_cells_[static_cast<std::size_t>(slots_[cell].integer)];
}

Json RowStore::scalar(std::size_t cell) const {
    const Slot& slot = slots_[cell];
    switch (slot.kind) {
    case Kind::no:
        return false;
    case Kind::yes:
        return true;
    case Kind::integer:
        return slot.integer;
    case Kind::unsigned_integer:
        return slot.unsigned_integer;
    case Kind::big_integer:
        return big_integer(text(cell));
    case Kind::floating:
        return slot.floating;
    case Kind::string:
        return std::string(text(cell));
    case Kind::none:
    case Kind::json:
    case Kind::values:
    case Kind::rich_cell:
        break;
    }
    return nullptr;
}

} // namespace vitrine
