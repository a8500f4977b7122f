// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/export.hpp>

#include <string>
#include <string_view>

namespace vitrine {

/// The form in which one line of W&B SDKs writes an artifact. Everything that differs between SDK
/// versions is decided here. A store writes the dialect that was chosen when it was created; it
/// reads every dialect. Immutable; safe to use from many threads.
class VITRINE_EXPORT Dialect {
public:
    virtual ~Dialect() = default;

    /// The name that is recorded in a store and in versions: "wandb-0.10".
    virtual std::string_view name() const = 0;

    /// The path of a user's media file below `folder`, from its SHA-256 at construction and its
    /// name.
    virtual std::string user_media_path(std::string_view folder, const Sha256& sha256,
                                        std::string_view file_name) const = 0;
    /// The path of media made from data, below `folder`; `suffix` is ".png", ".mask.png", ...
    virtual std::string made_media_path(std::string_view folder, const Md5& md5,
                                        std::string_view suffix) const = 0;
    /// The path of the class set of an image.
    virtual std::string class_set_path() const = 0;
    /// The path of a shared value if another value has taken its path; `md5` is that of its JSON.
    virtual std::string alternative_path(std::string_view path, const Md5& md5) const = 0;
};

/// The dialect of SDK 0.10.14: "wandb-0.10". Each of these references is valid to the end of the
/// process.
VITRINE_EXPORT const Dialect& wandb_0_10();
/// The dialect of a new store.
VITRINE_EXPORT const Dialect& default_dialect();
/// The dialect of that name. Throws: Unsupported that lists the known names, for another name.
VITRINE_EXPORT const Dialect& dialect_named(std::string_view name);

} // namespace vitrine
