// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vitrine {

/// Returns the strings in a value's JSON that may be paths of its files: all that contain a slash,
/// each once. (In every form of W&B, files that a value adds are in folders.)
std::vector<std::string> paths_in_json(std::istream& json);

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
