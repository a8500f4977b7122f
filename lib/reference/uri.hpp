// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// A URI taken apart as Python's `urllib.parse.urlparse` does it, which is what W&B's handlers
/// see: nothing is decoded, and `?` and `#` cut the path.
struct Uri {
    std::string scheme; ///< lower case; "" where there is none
    std::string host;   ///< what lies between "//" and the next of "/?#"
    std::string path;   ///< up to `?` or `#`

    static Uri parse(std::string_view text);

    /// Host and path as one: what a `file:` URI means on disk.
    std::filesystem::path local_path() const { return host + path; }
};

/// The file that a `file:` URI names; nothing for other schemes.
std::optional<std::filesystem::path> local_path_of(std::string_view uri);

/// The text after the last '/'.
std::string_view last_component(std::string_view text);

/// `folder` and `name` with one slash between them; `name` alone for an empty folder.
std::string join_path(std::string_view folder, std::string_view name);

} // namespace vitrine
