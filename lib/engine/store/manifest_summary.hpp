// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "manifest/entry_codec.hpp"
#include "manifest/manifest_digest.hpp"
#include "manifest/segment_file.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace vitrine {

/// The digests and counts of a manifest.
struct ManifestSummary {
    Sha256 content;     ///< names the manifest's folder below artifacts/
    std::string digest; ///< W&B's: an MD5 in hex
    std::uint64_t entries = 0;
    std::uint64_t logical_bytes = 0; ///< sum of the sizes of the entries
};

/// Summarizes entries that are added in path order.
class ManifestSummarizer {
public:
    void add(std::string_view path, const EntryFields& fields);
    /// Throws: Corruption unless exactly `entries` were added.
    ManifestSummary finish(std::uint64_t entries);

private:
    ManifestDigester digester_;
    ManifestSummary summary_;
};

/// Walks all entries once and calls `visit`, if it is set, with each. Throws: Corruption.
ManifestSummary summarize(const Manifest& manifest,
                          const std::function<void(const ItemView&)>& visit = {});

} // namespace vitrine
