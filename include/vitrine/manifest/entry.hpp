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

/// One logical path of an artifact and what lies there. The W&B fields are those of an entry in
/// `wandb_manifest.json`; `object` says which bytes this store holds for it.
struct VITRINE_EXPORT Entry {
    EntryPath path;

    /// The bytes that the store holds; absent where it holds none (`file:`, `http:`, ... are
    /// tracked, not stored). For a reference into another artifact (`wandb-artifact:`) these are
    /// the bytes of the entry it refers to.
    std::optional<Sha256> object = {};
    std::uint64_t object_size = 0; ///< of `object`; 0 where that is absent

    std::string digest = {}; ///< base64 MD5 of a file, an ETag, or the URI itself
    std::optional<std::uint64_t> size =
        {}; ///< absent where unknown; 0 for a reference into an artifact
    std::optional<std::string> ref = {};      ///< URI of a reference
    std::optional<std::string> birth_id = {}; ///< W&B's birthArtifactID, as its manifest spells it
    Json extra = nullptr;                     ///< an object, or null where there is none
    /// The `_type` of the value whose JSON this entry is; absent for plain files. An index, not
    /// part of any digest.
    std::optional<std::string> value_type = {};

    bool operator==(const Entry&) const;
};

/// A parsed `wandb-artifact://<id in hex>/<path>`.
struct VITRINE_EXPORT ArtifactUri {
    std::string id;   ///< the bytes of the artifact's id
    std::string path; ///< the path in it

    /// Nothing unless `uri` has that scheme. Throws: InvalidFormat for a bad id or path behind it.
    static std::optional<ArtifactUri> try_parse(std::string_view uri);
    /// Inverse of try_parse.
    std::string render() const;
};

} // namespace vitrine
