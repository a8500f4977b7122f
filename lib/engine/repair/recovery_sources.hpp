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

/// A file, or a part of one, that may contain the bytes of an object.
struct RecoverySource {
    Sha256 object;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint32_t file = 0; ///< position in RecoverySources' list of files
    bool whole_file = true;
};

/// Where lost bytes of a store may be found: files of other folders, and parts of packs. The bytes
/// are compared when they are copied, not here. Lookups are safe from many threads.
class RecoverySources {
public:
    /// Reads all files below a folder, in parallel, and adds those that are not among `known`; of a
    /// pack also the objects in it. Links to files are followed, links to folders are not. Adds a
    /// note for each file that cannot be read. Throws: NotFound if there is no such folder;
    /// IoError, Cancelled.
    void add_folder(const std::filesystem::path& folder, const DigestSet& known,
                    const ProgressOptions& progress, std::vector<std::string>& notes);
    /// Adds a part of a file that may contain the object.
    void add_part(const Sha256& object, const std::filesystem::path& path, std::uint64_t offset,
                  std::uint64_t size);
    /// Makes what was added visible to lookups.
    void seal();

    bool empty() const noexcept { return sources_.empty(); }
    std::span<const RecoverySource> find(const Sha256& object) const;
    const std::filesystem::path& path(const RecoverySource& source) const {
        return files_[source.file];
    }

    /// The names of all manifest files of a content that were added.
    std::vector<Sha256> manifests_of(const Sha256& content) const;

private:
    struct Found {
        std::filesystem::path path;
        Sha256 digest;
        std::uint64_t size = 0;
        std::string problem;
    };

    void read_files(std::vector<Found>& found, const ProgressOptions& progress);
    void add(const Found& found, const DigestSet& known);
    void add_pack(const Found& found, const DigestSet& known);
    void add_manifest(const Found& found);

    std::uint64_t files_read_ = 0;
    std::uint64_t bytes_read_ = 0;
    std::vector<std::filesystem::path> files_;
    std::vector<RecoverySource> sources_;          ///< by object once sealed
    std::map<Sha256, std::set<Sha256>> manifests_; ///< by content
};

} // namespace vitrine
