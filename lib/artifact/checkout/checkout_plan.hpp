// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/content/artifact_content.hpp"
#include "artifact/content/disk_paths.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// A file to lay out.
struct CheckoutTask {
    std::string folder; ///< below the target
    std::string name;
    LocatedEntry from;
    BytesLocation place = {};
    bool is_remote = false; ///< fetched from a server
};

/// Walks the entries of one artifact and says what is to be laid out, some thousand files at a
/// time: the manifest is never whole in memory. One thread at a time.
class CheckoutPlan {
public:
    /// `folder`: where its files go below the target. `content` must live as long as this.
    CheckoutPlan(const ArtifactContent& content, std::string folder, bool self_contained);

    struct Turn {
        std::vector<CheckoutTask> tasks; ///< those of one folder one after the other
        std::uint64_t left_out = 0;      ///< entries walked over that need no file of their own
        std::string last_folder;         ///< where the walk is
        bool is_last = false;
    };
    /// Throws: what the walk of a manifest throws; NotFound for a reference that leads to nothing.
    Turn next();

    // What is found on the way.
    std::uint64_t values_with_sources = 0;
    std::vector<std::string> skipped;
    std::vector<std::string> notes;

private:
    bool plan(Entry entry, std::vector<CheckoutTask>& tasks);
    bool is_reserved(std::string_view place) const;
    void note_rows(const std::string& path, const LocatedEntry& from);

    const ArtifactContent& content_;
    std::string folder_;
    bool self_contained_;
    EntryRange entries_;
    DiskPaths places_;
};

} // namespace vitrine
