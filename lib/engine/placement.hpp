// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "engine/manifest_plan.hpp"
#include "engine/open_store.hpp"
#include "engine/staged_draft.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <utility>
#include <vector>

namespace vitrine {

/// Step 4 of a commit: what is staged goes into objects/ and artifacts/ unless it is present there,
/// and gets its rows. Works inside one write transaction; where that fails, restore() gives the
/// draft back what it had.
class Placement {
public:
    Placement(OpenStore& store, StagedDraft& draft);

    void place_objects(const std::vector<Sha256>& staged);
    /// The draft's packs, each unless none of its objects is needed here. `is_needed` tells which
    /// objects the version reaches; the rest of a pack is garbage from the start.
    void place_packs(const std::function<bool(const Sha256&)>& is_needed);
    /// The manifest's file and its new run.
    void place_manifest(const ManifestPlan& plan);
    /// Writes the rows of all placed objects, and flushes the folders that have changed.
    void finish();

    /// Clears the mark of the file that holds an object; false if there is none.
    bool keep_object(const Sha256& object);

    /// After the transaction was rolled back, and still under the write lock: puts the objects back
    /// into the draft's folder, as a second name of the file that has been placed. That one stays:
    /// if the transaction failed while it committed, its rows may come back.
    void restore() noexcept;

private:
    void place_object(const Sha256& object, std::uint64_t size,
                      const std::filesystem::path& staged);
    void place_run(const StagedFile& run);
    void place_file(const Sha256& object, std::uint64_t size, const std::filesystem::path& staged);
    void place_pack(const StagedPacks::Pack& pack,
                    const std::function<bool(const Sha256&)>& is_needed);
    void put_back(const std::function<std::filesystem::path()>& staged,
                  const std::filesystem::path& placed) noexcept;
    void place_manifest_file(const ManifestPlan& plan);
    void keep_manifest(const Sha256& content);

    OpenStore& store_;
    StagedDraft& draft_;
    std::uint64_t epoch_;
    std::vector<std::pair<Sha256, std::uint64_t>> loose_rows_;
    std::vector<PackRows> pack_rows_;
    std::vector<Sha256> placed_;
    std::vector<const StagedPacks::Pack*> placed_packs_;
    std::set<std::filesystem::path> changed_;
};

} // namespace vitrine
