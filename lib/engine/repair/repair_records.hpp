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

/// Restores the versions and heads of a store: from their files, from files that an earlier repair
/// moved below `lost/`, and from the old catalogue where a file is gone.
///
/// A version whose manifest is lost is lost: gc could not know what it needs, and would never work
/// again. Its record is moved to `lost/`; a later repair that finds the manifest restores it. If a
/// dependency is lost, the version is kept without it; its old record is moved to `lost/` as
/// `<n>.kept.json`, and is restored in the same way.
class RecordSearch {
public:
    RecordSearch(Rebuild& rebuild, const OldCatalog& old) : rebuild_(rebuild), old_(old) {}

    /// Reads all records and heads.
    void read();
    /// The contents that the versions need that were found.
    std::set<Sha256> contents() const;
    /// Adds rows, and writes the files that are missing or must change.
    void write(const ManifestSearch& manifests);

private:
    /// All that was found about one version.
    struct Version {
        std::optional<VersionRow> complete; ///< below lost/, with all its dependencies
        std::optional<VersionRow> record;
        std::optional<VersionRow> lost; ///< below lost/, of a lost version
        std::optional<VersionRow> old;  ///< in the old catalogue
        Problem unreadable;             ///< why its record cannot be read

        /// The most complete one comes first; null where there is none.
        std::array<const VersionRow*, 4> rows() const;
    };
    struct Name {
        std::map<std::uint64_t, Version> versions;
        std::optional<HeadRow> head;
        Problem unreadable;            ///< why the head cannot be read
        std::uint64_t next_number = 0; ///< greater than all numbers that were found
    };

    void read_folder(const std::string& name);
    void read_lost_folder(const std::string& name);
    void read_old();

    void write_version(const std::string& name, std::uint64_t number, Version& version,
                       const ManifestSearch& manifests);
    void report_other_witness(const VersionRow& row, const Version& version);
    void restore(const VersionRow& row, Version& version);
    void restore_without_dependencies(const VersionRow& row, Version& version,
                                      const ManifestSearch& manifests);
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
    std::set<std::pair<std::string, std::uint64_t>> live_;
    std::uint64_t still_lost_ = 0; ///< versions that an earlier repair lost
};

/// Restores the records of W&B runs in the same way.
void repair_runs(Rebuild& rebuild, const OldCatalog& old);

} // namespace vitrine
