// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "engine/repair/rebuild.hpp"
#include "engine/repair/recovery.hpp"
#include "engine/repair/recovery_sources.hpp"
#include "engine/store/damage_report.hpp"
#include "manifest/manifest_file.hpp"

#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace vitrine {

/// Finds again which manifest serves each content that versions need. Several files of one content
/// may lie in its folder, and below `lost/`; one is whole if all of its segments are, and if its
/// entries have the digest that the folder is named after. Of several that are, the one with the
/// fewest segments serves.
class ManifestSearch {
public:
    ManifestSearch(Rebuild& rebuild, const RecoverySources& sources, Recovery& recovery)
        : rebuild_(rebuild), sources_(sources), recovery_(recovery) {}

    /// Reads the manifests, brings in what they lack, segments and entries' objects, and gives rows
    /// to those that are whole.
    void run(const std::set<Sha256>& contents);

    bool is_whole(const Sha256& content) const { return found_.contains(content); }
    /// Why a content has no manifest that is whole.
    std::string problem(const Sha256& content) const;
    /// The entries of a content that is whole whose objects are not.
    const std::vector<DamagedEntry>& hurt(const Sha256& content) const {
        return found_.at(content).hurt;
    }
    /// Moves what is left of a content that is lost to `lost/`.
    void set_aside(const Sha256& content) const;

private:
    struct Candidate {
        std::filesystem::path path;
        Sha256 name;
        ManifestFile file;
        std::string problem; ///< why it cannot be read
    };
    struct Whole {
        ManifestRow row;
        std::filesystem::path path;
        std::vector<DamagedEntry> hurt;
    };

    std::vector<Candidate> candidates(const Sha256& content) const;
    Candidate read_candidate(const Sha256& content, const std::filesystem::path& path) const;
    void restore_segments(const std::set<Sha256>& contents);
    void restore_manifests(const Sha256& content);
    void choose(const Sha256& content);
    Whole walk(const Sha256& content, const Candidate& candidate) const;
    void write_rows();

    Rebuild& rebuild_;
    const RecoverySources& sources_;
    Recovery& recovery_;
    std::mutex mutex_;
    std::map<Sha256, std::vector<Candidate>> candidates_;
    std::map<Sha256, Whole> found_;
    std::map<Sha256, std::string> problems_;
};

} // namespace vitrine
