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

/// What the catalogue that repair replaces still tells. It is asked for what lies nowhere else: the
/// epoch, versions, heads and runs whose files are gone, and what lay where in a pack that has lost
/// its index. Nothing of it is believed that the files contradict.
class OldCatalog {
public:
    /// Reads what there is. Throws: Unsupported for a catalogue of a newer vitrine.
    OldCatalog(const StoreLayout& layout, std::string_view store_id);

    /// Why it is not used; nothing if it is.
    const Problem& problem() const noexcept { return problem_; }
    bool is_missing() const noexcept { return missing_; }

    std::uint64_t epoch() const noexcept { return epoch_; } ///< 0 if it is not used
    const std::vector<VersionRow>& versions() const noexcept { return versions_; }
    const std::map<std::string, HeadRow>& heads() const noexcept { return heads_; }
    const std::map<std::string, RunRow>& runs() const noexcept { return runs_; }

    /// Calls `visit` with the rows of all objects that lie in one of these packs.
    void for_each_object_in(const std::set<Sha256>& packs,
                            const std::function<void(const ObjectRow&)>& visit);
    /// Lets go of the file.
    void close() { catalog_.reset(); }

private:
    explicit OldCatalog(std::string problem) : problem_(std::move(problem)) {}
    void read();

    std::unique_ptr<Catalog> catalog_;
    Problem problem_;
    bool missing_ = false;
    std::uint64_t epoch_ = 0;
    std::vector<VersionRow> versions_;
    std::map<std::string, HeadRow> heads_;
    std::map<std::string, RunRow> runs_;
};

} // namespace vitrine
