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

/// The strings in a value's JSON that may be paths of its files: all that hold a slash, each once.
/// (Files that values bring themselves lie in folders, in every form of W&B.)
std::vector<std::string> paths_in_json(std::istream& json);

/// How many values of a draft name each path. One thread at a time.
class MediaUses {
public:
    void add(const std::vector<std::string>& paths);
    /// Takes the names of one value away and gives the paths that no value names any more.
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
