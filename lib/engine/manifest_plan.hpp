// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "catalog/catalog.hpp"
#include "engine/open_store.hpp"
#include "engine/staged_draft.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace vitrine {

/// What one walk of a manifest tells.
struct ManifestSummary {
    Sha256 content;
    std::string digest; ///< W&B's
    std::uint64_t entries = 0;
    std::uint64_t logical_bytes = 0;
};

/// Walks all entries once; hands each to `visit` if there is one.
ManifestSummary summarize(const Manifest& manifest,
                          const std::function<void(const Entry&)>& visit = {});

/// The bytes that an entry stands for: what the store holds of it, else the size that it declares.
std::uint64_t logical_size(const Entry& entry);

/// A manifest with the row that says which runs make it up.
struct BaseManifest {
    ManifestRow row;
    Manifest manifest;
};

/// A file that waits in the draft's folder to be placed.
struct StagedFile {
    Sha256 sha256;
    std::uint64_t size = 0;
    std::filesystem::path path;
};

/// How a manifest comes to lie in the store: it is there already, or a file names its runs, of
/// which the newest may be new too.
struct ManifestPlan {
    ManifestRow row;
    Manifest manifest;              ///< its entries
    std::optional<StagedFile> run;  ///< absent where no run is new
    std::optional<StagedFile> file; ///< absent where the manifest is present
};

/// Stages what `wanted` needs beyond `base`: one run with the difference, or one with everything
/// where there is no base, where the difference is most of it, or where the runs would become too
/// many to look a path up in. Present manifests are left as they are.
ManifestPlan plan_manifest(OpenStore& store, StagedDraft& draft, const Manifest& wanted,
                           const ManifestSummary& summary, const std::optional<BaseManifest>& base);

/// The manifest of a content, if it is present in the eyes of a draft (all its runs too).
std::optional<BaseManifest> find_present_manifest(OpenStore& store, const Sha256& content,
                                                  std::uint64_t epoch);

} // namespace vitrine
