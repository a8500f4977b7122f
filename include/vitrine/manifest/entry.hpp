// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace vitrine {

/// A logical path of an artifact and its contents. The W&B fields are those of an entry in
/// `wandb_manifest.json`; `object` names the bytes that the store holds for it.
struct VITRINE_EXPORT Entry {
    EntryPath path; ///< unique in its manifest

    /// The bytes that the store holds; absent if it holds none: `file:`, `http:` and other
    /// references are tracked, not stored. For a reference into another artifact
    /// (`wandb-artifact:`) the bytes of the entry it refers to.
    std::optional<Sha256> object = {};
    std::uint64_t object_size = 0; ///< in bytes; 0 if `object` is absent

    std::string digest = {}; ///< base64 MD5 of a file, an ETag, or the URI itself
    /// In bytes. Absent if unknown; 0 for a reference into an artifact.
    std::optional<std::uint64_t> size = {};
    std::optional<std::string> ref = {};      ///< URI of a reference
    std::optional<std::string> birth_id = {}; ///< W&B's birthArtifactID, as in its manifest
    Json extra = nullptr;                     ///< an object, or null
    /// The `_type` of the value, if the entry is a value's JSON; absent for plain files. An index:
    /// no digest covers it.
    std::optional<std::string> value_type = {};

    /// Whether all fields are equal.
    bool operator==(const Entry&) const;
};

/// A parsed `wandb-artifact://<id in hex>/<path>`.
struct VITRINE_EXPORT ArtifactUri {
    std::string id;   ///< of the artifact: 1 to 64 raw bytes
    std::string path; ///< in the artifact; follows the rules of EntryPath

    /// Parses a URI; returns nothing if it has another scheme. Inverse: render.
    /// Throws: InvalidFormat if the id or the path is not valid.
    static std::optional<ArtifactUri> try_parse(std::string_view uri);
    /// Returns the URI. Inverse: try_parse.
    std::string render() const;
};

} // namespace vitrine
