// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <string>
#include <string_view>

namespace vitrine {

/// The form in which one line of W&B SDKs writes an artifact: everything that differs between
/// SDK versions is asked of this interface, and of nothing else. A store writes the dialect of its
/// creation; every dialect is read by all.
class Dialect {
public:
    virtual ~Dialect() = default;

    /// As it is recorded in a store and in versions: "wandb-0.10".
    virtual std::string_view name() const = 0;

    /// Where a user's media file is put below `folder`: its SHA-256 at construction, its name.
    virtual std::string user_media_path(std::string_view folder, const Sha256& sha256,
                                        std::string_view file_name) const = 0;
    /// Where media made from data is put below `folder`; `suffix` is ".png", ".mask.png", ...
    virtual std::string made_media_path(std::string_view folder, const Md5& md5,
                                        std::string_view suffix) const = 0;
    /// Where the class set of an image is put.
    virtual std::string class_set_path() const = 0;
    /// Where a shared value is put whose path is taken by another one; `md5` is that of its JSON.
    virtual std::string alternative_path(std::string_view path, const Md5& md5) const = 0;
};

/// SDK 0.10.14.
const Dialect& wandb_0_10();
/// The dialect that a new store gets.
const Dialect& default_dialect();
/// By its name. Throws: Unsupported that names the known ones.
const Dialect& dialect_named(std::string_view name);

} // namespace vitrine
