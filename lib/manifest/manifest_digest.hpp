// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/entry.hpp>

#include "manifest/background_hasher.hpp"
#include "manifest/entry_codec.hpp"

#include <string>
#include <string_view>

namespace vitrine {

/// Computes W&B's digest of a manifest from its entries in path order.
/// Source: wandb/sdk/wandb_artifacts.py, ArtifactManifestV1.digest.
class WandbDigester {
public:
    WandbDigester();
    void add(std::string_view path, std::string_view digest);
    /// Lower-case hex MD5.
    std::string finish();

private:
    BackgroundHasher hasher_{Hash::Md5};
};

/// Computes both digests of a manifest in one walk of its entries in path order, each on a thread
/// of its own.
class ManifestDigester {
public:
    ManifestDigester();
    /// Throws: InvalidArgument if paths are not strictly ascending.
    void add(std::string_view path, const EntryFields& fields);
    void add(const Entry& entry);

    struct Result {
        Sha256 content;    ///< over all fields but value_type: names the artifact directory
        std::string wandb; ///< W&B's hex MD5
    };
    Result finish();

private:
    BackgroundHasher content_{Hash::Sha256};
    WandbDigester wandb_;
    std::string last_path_;
};

} // namespace vitrine
