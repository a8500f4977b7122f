// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "engine/store/problem.hpp"
#include "engine/store/store_layout.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// What can still be read from the catalogue that repair replaces. Repair uses it only for what is
/// stored nowhere else: the epoch; versions, heads and runs whose files are gone; the segments of
/// manifests whose files are gone; and the locations of objects in a pack without an index. Where
/// it contradicts the files, the files are right.
class OldCatalog {
public:
    /// Reads the catalogue, if it is readable. Throws: Unsupported if a newer vitrine wrote it.
    OldCatalog(const StoreLayout& layout, std::string_view store_id);

    /// Why the catalogue is not used; nothing if it is.
    const Problem& problem() const noexcept { return problem_; }
    bool is_missing() const noexcept { return missing_; }

    std::uint64_t epoch() const noexcept { return epoch_; } ///< 0 if it is not used
    const std::vector<VersionRow>& versions() const noexcept { return versions_; }
    const std::map<std::string, HeadRow>& heads() const noexcept { return heads_; }
    const std::map<std::string, RunRow>& runs() const noexcept { return runs_; }
    /// The segments of each content, newest first; also those of a catalogue that is not used, as
    /// far as they can be read: a content digest proves a manifest, wherever it comes from.
    const std::map<Sha256, std::vector<Sha256>>& segments() const noexcept { return segments_; }

    /// Calls `visit` with the rows of all objects in these packs.
    void for_each_object_in(const std::set<Sha256>& packs,
                            const std::function<void(const ObjectRow&)>& visit);
    /// Closes the file.
    void close() { catalog_.reset(); }

private:
    explicit OldCatalog(std::string problem) : problem_(std::move(problem)) {}
    void read();
    void read_segments();

    std::unique_ptr<Catalog> catalog_;
    Problem problem_;
    bool missing_ = false;
    std::uint64_t epoch_ = 0;
    std::vector<VersionRow> versions_;
    std::map<std::string, HeadRow> heads_;
    std::map<std::string, RunRow> runs_;
    std::map<Sha256, std::vector<Sha256>> segments_;
};

} // namespace vitrine
