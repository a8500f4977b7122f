// SPDX-License-Identifier: MIT
#pragma once

#include "core/damage.hpp"
#include "manifest/block_reader.hpp"
#include "manifest/item.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// Decodes the items of a block, one after the other. The block must outlive it.
class BlockItems {
public:
    explicit BlockItems(std::string_view block) : bytes_(block) {}

    bool at_end() const { return bytes_.at_end(); }

    /// The next item, valid until the next call. Throws: Corruption.
    const ItemView& next() {
        const std::uint64_t shared = bytes_.varint();
        const std::string_view rest = bytes_.text();
        if (shared > path_.size() || rest.empty()) {
            throw_damaged("a path is cut off");
        }
        const bool ascends =
            shared == path_.size() || std::string_view(path_).substr(shared, 1) < rest;
        if (!ascends) {
            throw_damaged("its paths are not in order");
        }
        path_.replace(shared, std::string::npos, rest);
        item_ = {path_, EntryFields::read(bytes_)};
        return item_;
    }

private:
    BlockReader bytes_;
    std::string path_;
    ItemView item_;
};

} // namespace vitrine
