// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vitrine {

/// Maps each local file that was added to the path of its last entry, so that a picture of that
/// file refers to the entry. Local paths are compared as the user wrote them. One thread at a time.
///
/// A folder takes one item, however many files it contains.
class LocalPaths {
public:
    void add_file(std::string local_path, std::string entry_path);
    /// The files below `folder` were added as `name`/relative path.
    void add_folder(std::string_view folder, std::string_view name);

    /// The entry paths that the file may have, the last added first. Paths that come from a folder
    /// need not exist in the draft.
    std::vector<std::string> find(std::string_view local_path) const;

private:
    struct Added {
        std::string entry_path;
        std::uint64_t order = 0;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };

    std::unordered_map<std::string, Added, Hash, std::equal_to<>> files_;
    std::map<std::string, std::vector<Added>, std::less<>> folders_; ///< "images/" -> "data/"
    std::uint64_t next_ = 0;
};

} // namespace vitrine
