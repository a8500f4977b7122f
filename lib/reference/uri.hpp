// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// A URI, parsed like Python's `urllib.parse.urlparse`, which W&B's handlers use: nothing is
/// decoded, and the path ends at `?` or `#`.
struct Uri {
    std::string scheme; ///< lower case; "" if there is none
    std::string host;   ///< the text between "//" and the next of "/?#"
    std::string path;   ///< up to `?` or `#`

    static Uri parse(std::string_view text);

    /// Returns host and path joined: the local path of a `file:` URI.
    std::filesystem::path local_path() const { return host + path; }
};

/// Returns the path of a `file:` URI; nullopt for other schemes.
std::optional<std::filesystem::path> local_path_of(std::string_view uri);

/// Returns the text after the last '/'.
std::string_view last_component(std::string_view text);

/// Joins `folder` and `name` with one slash; returns `name` if the folder is empty.
std::string join_path(std::string_view folder, std::string_view name);

} // namespace vitrine
