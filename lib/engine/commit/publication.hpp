// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "engine/commit/manifest_plan.hpp"
#include "engine/commit/staged_draft.hpp"
#include "engine/store/open_store.hpp"

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
class Publication {
public:
    Publication(OpenStore& store, StagedDraft& draft);

    void publish_objects(const std::vector<Sha256>& staged);
    /// The draft's packs, each unless none of its objects is needed here. `is_needed` tells which
    /// objects the version reaches; the rest of a pack is garbage from the start.
    void publish_packs(const std::function<bool(const Sha256&)>& is_needed);
    /// The manifest's file and its new segment.
    void publish_manifest(const ManifestPlan& plan);
    /// Writes the rows of all placed objects, and flushes the folders that have changed.
    void finish();

    /// Clears the mark of the file that holds an object; false if there is none.
    bool keep_object(const Sha256& object);

    /// After the transaction was rolled back, and still under the write lock: puts the objects back
    /// into the draft's folder, as a second name of the file that has been placed. That one stays:
    /// if the transaction failed while it committed, its rows may come back.
    void restore() noexcept;

private:
    void publish_object(const Sha256& object, std::uint64_t size,
                        const std::filesystem::path& staged);
    void publish_segment(const StagedFile& segment);
    void publish_file(const Sha256& object, std::uint64_t size,
                      const std::filesystem::path& staged);
    void publish_pack(const StagedPacks::Pack& pack,
                      const std::function<bool(const Sha256&)>& is_needed);
    void put_back(const std::function<std::filesystem::path()>& staged,
                  const std::filesystem::path& placed) noexcept;
    void publish_manifest_file(const ManifestPlan& plan);
    void keep_manifest(const Sha256& content);

    OpenStore& store_;
    StagedDraft& draft_;
    std::uint64_t epoch_;
    std::vector<std::pair<Sha256, std::uint64_t>> loose_rows_;
    std::vector<PackRows> pack_rows_;
    std::vector<Sha256> published_;
    std::vector<const StagedPacks::Pack*> published_packs_;
    std::set<std::filesystem::path> changed_;
};

} // namespace vitrine
