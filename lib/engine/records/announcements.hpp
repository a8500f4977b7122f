// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/open_store.hpp"

#include <filesystem>
#include <set>
#include <string_view>
#include <vector>

namespace vitrine {

/// Says which files a transaction writes or removes below records/ before its COMMIT.
///
/// Such a file precedes its row. If a process dies in between, the file differs from the catalogue;
/// and it also does after an older catalogue was put back. In the first case the file is to be
/// removed, in the second it is the only witness of a version. So each of these files is announced
/// first, durably: by an empty file `.<32 hex digits>.tmp` beside it, whose name is made from the
/// file's name and its new text. After COMMIT the announcements are removed.
///
/// The caller holds the write lock. One thread.
class Announcements {
public:
    explicit Announcements(OpenStore& store) : store_(store) {}

    /// Announces that `file` gets this text; no text: that it is removed. The folder must exist.
    /// Throws: IoError.
    void add(const std::filesystem::path& file, std::string_view text);
    /// Makes what was announced durable. Throws: IoError.
    void flush();
    /// Removes the announcements, after COMMIT. What cannot be removed is left to gc.
    void settle() noexcept;

private:
    OpenStore& store_;
    std::vector<std::filesystem::path> paths_;
    std::set<std::filesystem::path> changed_; ///< folders
};

/// Whether a transaction that did not commit announced that `file` gets this text.
bool is_announced(const std::filesystem::path& file, std::string_view text);
/// The same for the text that the file has. False if there is no such file. Throws: IoError.
bool is_announced(const std::filesystem::path& file);

} // namespace vitrine
