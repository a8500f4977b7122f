// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace vitrine {

/// The logical path of an entry in an artifact: a safe relative path, kept byte for byte as
/// written, since it enters digests. An EntryPath always holds these invariants:
///
/// - it is not empty, and at most 4,096 bytes long;
/// - it does not begin with '/';
/// - no component, split at '/', is `..`;
/// - it holds no NUL and is UTF-8;
/// - it has a place on disk (see place): it is not only dots and slashes ("." and "./" fail).
///
/// `./a`, `a//b`, `a/` and `a\b` are kept as written. Paths compare by their bytes, which is the
/// order of a manifest.
class EntryPath {
public:
    static constexpr std::size_t kMaxBytes = 4096;

    /// Throws: InvalidArgument that quotes the path and names the rule.
    explicit EntryPath(std::string text);

    const std::string& str() const noexcept { return text_; }

    /// Where it lies on disk below a folder: without `.` components and empty ones, so that
    /// `./a//b` lies at `a/b`. Two entries may have one place.
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
bool is_utf8(std::string_view text);

} // namespace vitrine
