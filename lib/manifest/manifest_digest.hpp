// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/entry.hpp>

#include <string>

namespace vitrine {

/// Computes W&B's digest of a manifest from its entries in path order.
/// Source: wandb/sdk/wandb_artifacts.py, ArtifactManifestV1.digest.
class WandbDigester {
public:
    WandbDigester();
    void add(const Entry& entry);
    /// Lower-case hex MD5.
    std::string finish();

private:
    Hasher hasher_;
    std::string pending_;
};

/// Computes the two digests of a manifest in one walk of its entries in path order.
class ManifestDigester {
public:
    ManifestDigester();
    /// Throws: InvalidArgument if paths are not strictly ascending.
    void add(const Entry& entry);

    struct Result {
        Sha256 content;    ///< over all fields but value_type: names the artifact directory
        std::string wandb; ///< W&B's hex MD5
    };
    Result finish();

private:
    Hasher content_;
    WandbDigester wandb_;
    std::string last_path_;
    std::string pending_;
};

} // namespace vitrine
