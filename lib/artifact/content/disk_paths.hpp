// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace vitrine {

/// Finds the entries of a manifest that cannot be stored as files of one folder. Entry paths are
/// kept as written, so "a//b" and "a/b" have the same disk path, and "a" may be a file while "a/b"
/// needs a folder.
///
/// It keeps the folders in memory, and only those entries whose path is not their disk path: the
/// others are looked up in the manifest. So it is small if there are many more files than folders.
class DiskPaths {
public:
    explicit DiskPaths(Manifest manifest) : manifest_(std::move(manifest)) {}

    /// Takes the disk path of the manifest's next entry, in path order. If that clashes with an
    /// entry added before, takes nothing and returns a text that names both. Two entries with equal
    /// bytes and one disk path do not clash.
    std::optional<std::string> add(const Entry& entry);

    /// Returns whether the disk path of the entry added last was taken already, by equal bytes.
    bool was_taken() const noexcept { return was_taken_; }

private:
    struct Taken {
        std::string path;
        std::string digest;
        std::optional<Sha256> object;
    };
    /// The file at a disk path, if it was added before `entry`.
    std::optional<Taken> file_at(const std::string& disk_path, const Entry& entry) const;
    std::optional<std::string> clash_with_folders(const std::string& disk_path,
                                                  const Entry& entry) const;
    void take_folders(const std::string& disk_path);
    std::optional<std::string> refuse(const Entry& entry, std::string why);

    Manifest manifest_;
    /// By disk path: the entries of which it is not the path.
    std::unordered_map<std::string, Taken> other_paths_;
    std::unordered_set<std::string> folders_;
    std::unordered_set<std::string> refused_; ///< entry paths
    bool was_taken_ = false;
};

/// Throws: InvalidFormat if two entries clash.
void check_disk_paths(const Manifest& manifest, std::string_view artifact);

} // namespace vitrine
