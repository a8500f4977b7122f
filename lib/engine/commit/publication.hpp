// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "engine/commit/draft_staging.hpp"
#include "engine/commit/manifest_plan.hpp"
#include "engine/store/open_store.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <utility>
#include <vector>

namespace vitrine {

/// Step 4 of a commit: moves what is staged into objects/ and artifacts/, unless it is present
/// there, and writes its rows. Works inside one write transaction. If that fails, undo() restores
/// the draft.
class Publication {
public:
    using IsNeeded = std::function<bool(const Sha256& object)>;

    explicit Publication(DraftStaging& draft);

    /// Publishes objects that are staged in files of their own.
    void publish_objects(const std::vector<Sha256>& staged);
    /// Publishes the draft's packs, except those of which no object is needed and missing in the
    /// store. Only such objects get rows; the rest of a pack is garbage from the start.
    void publish_packs(const IsNeeded& is_needed);
    /// Publishes the manifest's file and its new segment. Throws: Conflict if a segment of the base
    /// was deleted since the commit began.
    void publish_manifest(const ManifestPlan& plan);
    /// Writes the rows of all published objects and flushes the folders that changed.
    void finish();

    /// Clears the mark of the file that contains the object, so that no gc that found it
    /// unreferenced earlier deletes it. Returns false if the store does not have the object.
    bool clear_mark(const Sha256& object);

    /// Gives the objects back to the draft, by a second link to each published file. Called after
    /// the transaction was rolled back, under the write lock. The published file stays: if the
    /// transaction failed during its commit, its rows may come back.
    void undo() noexcept;

private:
    void publish_object(const Sha256& object, std::uint64_t size,
                        const std::filesystem::path& staged);
    void publish_segment(const StagedFile& segment);
    void publish_file(const Sha256& object, std::uint64_t size,
                      const std::filesystem::path& staged);
    void publish_pack(const StagedPacks::Pack& pack, const IsNeeded& is_needed);
    std::vector<PackedObject> missing_objects(const std::filesystem::path& pack,
                                              const IsNeeded& is_needed);
    void publish_manifest_file(const ManifestPlan& plan);
    void clear_manifest_mark(const Sha256& content);
    void give_back(const std::function<std::filesystem::path()>& staged,
                   const std::filesystem::path& published) noexcept;

    OpenStore& store_;
    DraftStaging& draft_;
    std::uint64_t epoch_;
    std::vector<std::pair<Sha256, std::uint64_t>> loose_rows_; ///< to be written by finish()
    std::vector<PackRows> pack_rows_;                          ///< to be written by finish()
    std::vector<Sha256> published_;
    std::vector<const StagedPacks::Pack*> published_packs_;
    std::set<std::filesystem::path> changed_; ///< folders to be flushed by finish()
};

} // namespace vitrine
