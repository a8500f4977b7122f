// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace vitrine {

/// Where the entries of a manifest lie on disk, and which of them get into each other's way: entry
/// paths are kept as written, so "a//b" and "a/b" have one place, and "a" may be a file while "a/b"
/// needs a folder.
///
/// It remembers folders, and of the entries only those whose path is not their place: of the others
/// the manifest knows. So it is small where there are many more files than folders.
class DiskPaths {
public:
    explicit DiskPaths(Manifest manifest) : manifest_(std::move(manifest)) {}

    /// Takes the place of the manifest's next entry, in path order, unless it clashes with one that
    /// was added before; then the text says how. Equal bytes in one place are no clash.
    std::optional<std::string> add(const Entry& entry);

    /// Whether the entry that was added last has a place that another one has filled already.
    bool was_filled() const noexcept { return was_filled_; }

private:
    struct Taken {
        std::string path;
        std::string digest;
        std::optional<Sha256> object;
    };
    /// The file that was added before `entry` and lies at `place`.
    std::optional<Taken> file_at(const std::string& place, const Entry& entry) const;
    std::optional<std::string> clash_on_the_way(const std::string& place, const Entry& entry) const;
    void take_folders(const std::string& place);
    std::optional<std::string> refuse(const Entry& entry, std::string why);

    Manifest manifest_;
    std::unordered_map<std::string, Taken> elsewhere_; ///< by place: those of another path
    std::unordered_set<std::string> folders_;
    std::unordered_set<std::string> refused_; ///< paths
    bool was_filled_ = false;
};

} // namespace vitrine
