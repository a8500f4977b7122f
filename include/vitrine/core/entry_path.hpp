// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace vitrine {

/// The logical path of an entry in an artifact: a safe relative path, kept byte for byte as
/// written, since it enters digests. An EntryPath always holds these invariants:
///
/// - it is not empty, and at most 4,096 bytes long;
/// - it does not begin with "/";
/// - no component, split at "/", is "..";
/// - it holds no NUL and is UTF-8;
/// - it has a disk path (see place): it is not only dots and slashes ("." and "./" fail).
///
/// "./a", "a//b", "a/" and backslashes are kept as written. Paths compare by their bytes, which is
/// the order of a manifest.
class VITRINE_EXPORT EntryPath {
public:
    static constexpr std::size_t kMaxBytes = 4096;

    /// Throws: InvalidArgument that quotes the path and names the rule.
    explicit EntryPath(std::string text);

    const std::string& str() const noexcept { return text_; }

    /// The disk path below a folder: without empty components and ".", so that "./a//b" is stored
    /// at "a/b". Two entries may have the same one.
    std::string place() const;

    /// The part after the last '/'.
    std::string_view file_name() const;

    /// Whether the path is `folder` or lies below it ("" is above all), component-wise.
    bool is_below(std::string_view folder) const;

    auto operator<=>(const EntryPath&) const = default;
    bool operator==(const EntryPath&) const = default;

private:
    std::string text_;
};

/// Whether `text` is UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
VITRINE_EXPORT bool is_utf8(std::string_view text);

} // namespace vitrine
