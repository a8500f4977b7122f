// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/entry.hpp>

#include <string>

namespace vitrine {

/// Computes the two digests of a manifest in one walk of its entries in path order.
class ManifestDigester {
public:
    /// Throws: InvalidArgument if paths are not strictly ascending.
    void add(const Entry& entry);

    struct Result {
        Sha256 content;    ///< over all fields but value_type: names the artifact directory
        std::string wandb; ///< W&B's hex MD5
    };
    Result finish();

private:
    Hasher content_;
    Hasher wandb_;
    std::string last_path_;
    std::string buffer_;
    bool started_ = false;
};

} // namespace vitrine
