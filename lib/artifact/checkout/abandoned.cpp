// SPDX-License-Identifier: MIT
#include "artifact/checkout/abandoned.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/checkout/moved_file.hpp"
#include "artifact/checkout/moved_out.hpp"
#include "core/text.hpp"
#include "reference/uri.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <exception>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

bool is_staging_name(std::string_view name) {
    return name.starts_with(kStagingPrefix) && name.size() == kStagingPrefix.size() + 32;
}

/// Removes folders that are empty, or contain nothing but such folders.
void remove_empty(const fs::path& folder) {
    std::vector<fs::path> below;
    for (const auto& item : fs::directory_iterator(folder)) {
        if (item.is_directory() && !item.is_symlink()) {
            below.push_back(item.path());
        }
    }
    std::ranges::for_each(below, remove_empty);
    ::rmdir(folder.c_str()); // Fails where something is in it.
}

/// Moves a file that was moved out back to its path. Returns false if that is taken.
bool put_back(int from, const std::string& name, int target, const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const FileDescriptor folder = open_folder_below(
        target, slash == std::string::npos ? std::string() : path.substr(0, slash), true);
    return folder && rename_to_free(from, name, folder.get(), name);
}

/// Empties a folder of files that a dead checkout moved out of the target.
void sweep_moved_out(const FileDescriptor& old, int target, const std::string& place,
                     const ReplacementRule& rule, std::vector<std::string>& lines) {
    for (const TreeItem& item : list_tree(old.get(), ".")) {
        if (S_ISDIR(item.status.st_mode)) {
            continue;
        }
        const std::size_t slash = item.path.rfind('/');
        const std::string name = item.path.substr(slash + 1); // npos + 1 is 0
        const FileDescriptor folder = open_folder_below(
            old.get(), slash == std::string::npos ? std::string() : item.path.substr(0, slash),
            false);
        FoundFile found(folder.get(), name, item.status, std::nullopt);
        if (S_ISREG(item.status.st_mode) && rule.gives_back(found)) {
            ::unlinkat(folder.get(), name.c_str(), 0);
        } else if (put_back(folder.get(), name, target, item.path)) {
            lines.push_back(concat(quoted(item.path),
                                   " was put back: a checkout that was killed had moved it out"));
        } else {
            lines.push_back(concat(quoted(join_path(place, item.path)),
                                   " was left: a checkout that was killed had moved it out of ",
                                   quoted(item.path), ", where something else lies now"));
        }
    }
}

} // namespace

std::vector<std::string> sweep_abandoned(const fs::path& root, int folder,
                                         const ReplacementRule& rule) {
    std::vector<std::string> lines;
    for (const std::string& name : names_in(folder)) {
        if (!is_staging_name(name)) {
            continue;
        }
        const FileDescriptor staging = open_folder_below(folder, name, false);
        if (!staging || ::flock(staging.get(), LOCK_EX | LOCK_NB) != 0) {
            continue;
        }
        if (const FileDescriptor old = open_folder_below(staging.get(), MovedOut::kFolder, false)) {
            sweep_moved_out(old, folder, join_path(name, MovedOut::kFolder), rule, lines);
        }
        remove_staging(root / name);
    }
    return lines;
}

void remove_staging(const fs::path& staging) noexcept {
    try {
        for (const auto& item : fs::directory_iterator(staging)) {
            if (item.path().filename() != MovedOut::kFolder) {
                fs::remove_all(item.path());
            }
        }
        if (fs::exists(staging / MovedOut::kFolder)) {
            remove_empty(staging / MovedOut::kFolder);
        }
        ::rmdir(staging.c_str());
    } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
        // What remains does no harm: the next checkout removes it.
    }
}

} // namespace vitrine
