// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/entry.hpp>

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace vitrine {

/// Where entries lie on disk, and which of them get into each other's way: entry paths are kept as
/// written, so "a//b" and "a/b" have one place, and "a" may be a file while "a/b" needs a folder.
class EntryPlaces {
public:
    /// Takes the entry's place unless it clashes with one that was added before; then the text
    /// says how. Equal bytes in one place are no clash.
    std::optional<std::string> add(const Entry& entry);

    /// Whether the entry that was added last has a place that another one has filled already.
    bool was_filled() const noexcept { return was_filled_; }

private:
    struct Taken {
        std::string path;
        std::string digest;
        std::optional<Sha256> object;
    };
    std::optional<std::string> clash_with_file(const std::string& place, const Entry& entry) const;
    std::optional<std::string> clash_on_the_way(const std::string& place, const Entry& entry) const;
    void take_folders(const std::string& place);

    std::unordered_map<std::string, Taken> files_; ///< by place
    std::unordered_set<std::string> folders_;
    bool was_filled_ = false;
};

} // namespace vitrine
