// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/content/artifact_content.hpp"
#include "artifact/content/disk_paths.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace vitrine {

/// A file to write.
struct CheckoutTask {
    std::string folder; ///< below the target
    std::string name;
    LocatedEntry from;
    BytesLocation location = {};
    bool is_remote = false; ///< fetched from a server
};

/// Whether a self-contained folder needs this disk path for a file of its own.
bool is_self_contained_path(std::string_view disk_path);

/// Decides which files a checkout of one artifact writes, some thousand files at a time, so that
/// the manifest is never in memory as a whole. One thread at a time.
class CheckoutPlan {
public:
    /// `folder`: the folder for its files, below the target. `content` must live as long as this
    /// object.
    CheckoutPlan(const ArtifactContent& content, std::string folder, bool self_contained);

    struct Batch {
        /// Those of one folder are neighbours.
        std::vector<CheckoutTask> tasks;
        std::uint64_t without_file = 0; ///< entries passed that get no file of their own
        std::string last_folder;        ///< of the last entry, in path order
        bool is_last = false;
    };
    /// Throws: what the walk of a manifest throws; NotFound for a reference to a missing entry.
    Batch next_batch();

    // What the batches so far contained.
    std::uint64_t values_with_sources = 0;
    std::vector<std::string> skipped;
    std::vector<std::string> warnings;
    std::unordered_set<std::string> respelled; ///< disk paths that are not the path of their entry

private:
    bool plan(Entry entry, std::vector<CheckoutTask>& tasks);
    void warn_of_rows(const std::string& path, const LocatedEntry& from);

    const ArtifactContent& content_;
    std::string folder_;
    bool self_contained_;
    EntryRange entries_;
    DiskPaths disk_paths_;
};

} // namespace vitrine
