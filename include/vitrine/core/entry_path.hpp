// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace vitrine {

/// The logical path of an entry in an artifact: a safe relative path. It keeps the bytes it was
/// given, since digests depend on them. Invariants:
///
/// - it is not empty, and at most 4,096 bytes long;
/// - it does not start with "/";
/// - no component, split at "/", is "..";
/// - it holds no NUL and is UTF-8;
/// - it has a path on disk (see disk_path): ".", "./" and the like are refused.
///
/// "./a", "a//b", "a/" and backslashes are kept as written. Paths compare by their bytes, which is
/// the order of a manifest.
class VITRINE_EXPORT EntryPath {
public:
    static constexpr std::size_t kMaxBytes = 4096; ///< the length of the longest path

    /// Throws: InvalidArgument if `text` breaks a rule; the message quotes the path and names the
    /// rule.
    explicit EntryPath(std::string text);

    /// The path as it was given. Valid while this path lives.
    const std::string& str() const noexcept { return text_; }

    /// Returns the path of its file below the folder of an artifact: without "." and empty
    /// components, so that "./a//b" is stored at "a/b". Two entries may have the same path on disk.
    std::string disk_path() const;

    /// Returns the part after the last '/'; "" if the path ends with one. Valid while this path
    /// lives.
    std::string_view file_name() const;

    /// Returns whether the path is `folder` or is below it, by whole components. All paths are
    /// below "".
    bool is_below(std::string_view folder) const;

    auto operator<=>(const EntryPath&) const = default;
    bool operator==(const EntryPath&) const = default;

private:
    std::string text_;
};

/// Returns whether `text` is valid UTF-8: no surrogates, no overlong forms, at most U+10FFFF.
VITRINE_EXPORT bool is_utf8(std::string_view text);

} // namespace vitrine
