// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "engine/repair/rebuild.hpp"
#include "engine/store/object_check.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

/// A pack that cannot be used: its index cannot be read, or belongs to another pack.
struct BrokenPack {
    std::filesystem::path path;
    Sha256 name;
    std::string problem;
    std::vector<PackedObject> items; ///< as far as its index can be read
};

/// Reads and compares all objects below objects/, and adds their rows to the new catalogue. If an
/// object is stored twice, its row names a location that is not damaged, and a loose object before
/// a pack, since segments are opened by the names of their files.
class ObjectScan {
public:
    explicit ObjectScan(Rebuild& rebuild)
        : rebuild_(rebuild), check_(rebuild.objects, "reading objects", rebuild.progress) {}

    /// Throws: IoError, Cancelled, DatabaseError.
    void scan();

    const std::vector<BrokenPack>& broken_packs() const noexcept { return broken_packs_; }
    /// What is wrong with objects that have a file but no undamaged location.
    const std::map<Sha256, std::string>& problems() const noexcept { return problems_; }

private:
    void read_packs();
    void check_packs(std::vector<PackRows>& packs);
    void read_loose();
    void check_loose(const std::vector<CheckItem>& items);
    void keep_damaged();

    Rebuild& rebuild_;
    ObjectCheck check_;
    std::vector<BrokenPack> broken_packs_;
    std::vector<std::pair<Sha256, std::uint64_t>> damaged_loose_;
    std::vector<PackRows> damaged_packs_; ///< with only the damaged items
    std::map<Sha256, std::string> problems_;
};

} // namespace vitrine
