// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "engine/repair/old_catalog.hpp"
#include "engine/repair/rebuild.hpp"
#include "engine/repair/repair_manifests.hpp"
#include "engine/store/problem.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace vitrine {

/// Finds the versions and heads of a store again: from their files, from those that an earlier
/// repair has put below `lost/`, and from the old catalogue where a file is gone.
///
/// A version whose manifest is lost is lost: its record goes to `lost/`, so that gc, which cannot
/// know what it would need, does not stop for ever; a later repair that finds the manifest takes it
/// back. Where a kept source is lost the version lives on without it; its record as it was goes to
/// `lost/` as `<n>.kept.json`, to be taken back likewise.
class RecordSearch {
public:
    RecordSearch(Rebuild& rebuild, const OldCatalog& old) : rebuild_(rebuild), old_(old) {}

    /// Reads all records and heads.
    void read();
    /// The contents that any version that was found needs.
    std::set<Sha256> contents() const;
    /// Writes rows, and the files that are missing or must change.
    void write(const ManifestSearch& manifests);

private:
    /// All that speaks of one version.
    struct Version {
        std::optional<VersionRow> kept; ///< below lost/, as it was with all its kept sources
        std::optional<VersionRow> record;
        std::optional<VersionRow> lost; ///< below lost/, of one that did not live on
        std::optional<VersionRow> old;  ///< in the old catalogue
        Problem unreadable;             ///< why its record cannot be read

        /// What says most of it first.
        std::array<const VersionRow*, 4> rows() const;
    };
    struct Name {
        std::map<std::uint64_t, Version> versions;
        std::optional<HeadRow> head;
        Problem unreadable;            ///< why the head cannot be read
        std::uint64_t next_number = 0; ///< greater than all numbers that were seen
    };

    void read_folder(const std::string& name);
    void read_lost_folder(const std::string& name);
    void read_old();

    void write_version(const std::string& name, std::uint64_t number, Version& version,
                       const ManifestSearch& manifests);
    void keep(const VersionRow& row, Version& version);
    void keep_without(const VersionRow& row, Version& version, const ManifestSearch& manifests);
    void lose(const std::string& name, std::uint64_t number, const Version& version,
              const std::string& problem);
    void set_unreadable_aside(const std::filesystem::path& path, Problem& unreadable);
    void write_head(const std::string& name, Name& found);
    void keep_aliases(HeadRow& head, const Name& found);

    std::filesystem::path lost_record(const std::string& name, std::uint64_t number,
                                      const char* suffix) const;

    Rebuild& rebuild_;
    const OldCatalog& old_;
    std::map<std::string, Name> names_;
    std::set<std::pair<std::string, std::uint64_t>> living_;
    std::uint64_t still_lost_ = 0; ///< versions whose records lie below lost/ as before
};

/// Finds the records of runs again, in the same way.
void repair_runs(Rebuild& rebuild, const OldCatalog& old);

} // namespace vitrine
