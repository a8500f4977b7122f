// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "engine/repair/old_catalog.hpp"
#include "engine/repair/rebuild.hpp"
#include "engine/repair/recovery.hpp"
#include "engine/repair/recovery_sources.hpp"
#include "engine/store/damage_report.hpp"
#include "manifest/manifest_file.hpp"
#include "manifest/segment_file.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace vitrine {

/// Finds the manifest file of each content that versions need. There may be several files of one
/// content in its folder and below `lost/`. A file is whole if all of its segments are, and if its
/// entries have the digest that the folder is named after. The whole file with the fewest segments
/// is used. If no file is whole, it is written again from the segments that the old catalogue or
/// the remains of a file name: the content digest proves them.
class ManifestSearch {
public:
    ManifestSearch(Rebuild& rebuild, const OldCatalog& old, const RecoverySources& sources,
                   Recovery& recovery)
        : rebuild_(rebuild), old_(old), sources_(sources), recovery_(recovery) {}

    /// Reads the manifests, restores lost manifests, segments and objects from the sources, and
    /// adds rows for whole manifests. Throws: IoError, Cancelled, DatabaseError.
    void restore(const std::set<Sha256>& contents);

    bool is_whole(const Sha256& content) const { return found_.contains(content); }
    /// Why a content has no whole manifest.
    std::string problem(const Sha256& content) const;
    /// The entries of a content with a whole manifest whose objects are damaged or missing.
    const std::vector<DamagedEntry>& damaged_entries(const Sha256& content) const {
        return found_.at(content).damaged_entries;
    }
    /// Moves the manifest files of a lost content to `lost/`.
    void set_aside(const Sha256& content) const;

private:
    struct Candidate {
        std::filesystem::path path;
        Sha256 name;
        ManifestFile file;
        std::string problem; ///< why it cannot be read
        std::string remains; ///< its bytes, if they are damaged
    };
    struct Whole {
        ManifestRow row;
        std::filesystem::path path;
        std::string text; ///< of a file that is to be written again
        std::vector<DamagedEntry> damaged_entries;
    };
    using Segments = std::vector<std::shared_ptr<const SegmentReader>>;

    std::vector<Candidate> candidates(const Sha256& content) const;
    Candidate read_candidate(const Sha256& content, const std::filesystem::path& path) const;
    void restore_segments(const std::set<Sha256>& contents);
    void restore_manifests(const Sha256& content);
    void choose(const Sha256& content);
    Whole walk(const Sha256& content, const Candidate& candidate) const;
    std::shared_ptr<const SegmentReader> open_segment(const Sha256& segment) const;
    void add_entries(const Manifest& manifest, const Sha256& content, Whole& whole) const;
    std::vector<std::vector<Sha256>> remains(const Sha256& content,
                                             const std::vector<Candidate>& candidates) const;
    Whole write_again(const Sha256& content, const std::vector<Sha256>& segments) const;
    bool choose_remains(const Sha256& content, const std::vector<Candidate>& candidates);
    void write_rows();

    Rebuild& rebuild_;
    const OldCatalog& old_;
    const RecoverySources& sources_;
    Recovery& recovery_;
    std::mutex mutex_;
    std::map<Sha256, std::vector<Candidate>> candidates_;
    std::map<Sha256, Whole> found_;
    std::map<Sha256, std::string> problems_;
};

} // namespace vitrine
