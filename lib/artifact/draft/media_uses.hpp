// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_names.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vitrine {

/// Returns the strings in a value's JSON that may be paths of its files (for_each_file_name), each
/// once: those with a slash, since in every form of W&B, files that a value adds are in folders.
/// Throws: as for_each_file_name.
std::vector<std::string> paths_in_json(const FileMembers& files, std::string_view type,
                                       const JsonOpener& open);

/// Counts the values of a draft that name each path. One thread at a time.
class MediaUses {
public:
    void add(const std::vector<std::string>& paths);
    /// Subtracts the paths that one value names. Returns those that no value names any more.
    std::vector<std::string> remove(const std::vector<std::string>& paths);
    std::uint64_t count(std::string_view path) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> counts_;
};

} // namespace vitrine
