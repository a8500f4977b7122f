// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/progress.hpp>

#include "engine/store/digest_set.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace vitrine {

/// Where bytes that a store has lost may be found: files of other folders, and parts of packs.
/// What is said of them is only believed when they are copied.
class RecoverySources {
public:
    struct Place {
        Sha256 object;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::uint32_t file = 0; ///< in the list of files
        bool whole_file = true;
    };

    /// Reads all files below a folder in parallel (its links to files are followed, those to
    /// folders are not) and keeps those that are not among `known`. A pack stands for the objects
    /// in it, too. What cannot be read is told in `notes`. Throws: NotFound if there is no such
    /// folder; Cancelled.
    void add_folder(const std::filesystem::path& folder, const DigestSet& known,
                    const ProgressOptions& progress, std::vector<std::string>& notes);
    /// A part of a file that may hold the object.
    void add_part(const Sha256& object, const std::filesystem::path& path, std::uint64_t offset,
                  std::uint64_t size);
    /// Must be called before anything is looked for.
    void seal();

    bool empty() const noexcept { return places_.empty(); }
    std::span<const Place> find(const Sha256& object) const;
    const std::filesystem::path& path(const Place& place) const { return files_[place.file]; }

    /// The names of all manifest files of a content that were found.
    std::vector<Sha256> manifests_of(const Sha256& content) const;

private:
    struct Found {
        std::filesystem::path path;
        Sha256 digest;
        std::uint64_t size = 0;
        std::string problem;
    };

    void read_files(std::vector<Found>& found, const ProgressOptions& progress);
    void keep(const Found& found, const DigestSet& known);
    void keep_pack(const Found& found, const DigestSet& known);
    void keep_manifest(const Found& found);

    std::uint64_t files_read_ = 0;
    std::uint64_t bytes_read_ = 0;
    std::vector<std::filesystem::path> files_;
    std::vector<Place> places_;                    ///< by object once sealed
    std::map<Sha256, std::set<Sha256>> manifests_; ///< by content
};

} // namespace vitrine
