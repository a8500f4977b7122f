// SPDX-License-Identifier: MIT
#include "engine/repair/rebuild.hpp"

#include <algorithm>
#include <array>
#include <system_error>

namespace vitrine {

namespace fs = std::filesystem;

bool says_nothing(const IoError& error) {
    static constexpr std::array kReasons = {
        std::errc::permission_denied, std::errc::operation_not_permitted,
        std::errc::io_error,          std::errc::too_many_files_open,
        std::errc::not_enough_memory, std::errc::too_many_files_open_in_system,
    };
    return std::any_of(kReasons.begin(), kReasons.end(),
                       [&](std::errc reason) { return error.error_code() == reason; });
}

void Rebuild::flush_folders(const std::set<fs::path>& folders) const {
    if (durable()) {
        for (const fs::path& folder : folders) {
            files->sync_directory(folder);
        }
    }
}

namespace {

/// Creates a folder below the root, and makes its name and those of its parents durable.
void make_folder(const Rebuild& rebuild, const fs::path& folder) {
    rebuild.files->create_directories(folder);
    std::set<fs::path> above;
    for (fs::path parent = folder.parent_path(); parent != rebuild.layout.root.parent_path();
         parent = parent.parent_path()) {
        above.insert(parent);
    }
    rebuild.flush_folders(above);
}

fs::path free_name(const fs::path& wanted) {
    fs::path path = wanted;
    for (int i = 1; fs::exists(fs::symlink_status(path)); ++i) {
        path = wanted;
        path += "." + std::to_string(i);
    }
    return path;
}

} // namespace

void Rebuild::write(const fs::path& path, std::string_view text) const {
    make_folder(*this, path.parent_path());
    write_file_atomically(*files, path, text, durable());
}

void Rebuild::remove(const fs::path& path) const {
    if (files->remove(path)) {
        flush_folders({path.parent_path()});
    }
}

std::string Rebuild::move_to_lost(const fs::path& path, const std::string& name) const {
    fs::path wanted = layout.lost() / path.lexically_relative(layout.root);
    if (!name.empty()) {
        wanted.replace_filename(name);
    }
    make_folder(*this, wanted.parent_path());
    const fs::path target = free_name(wanted);
    files->rename(path, target);
    flush_folders({target.parent_path(), path.parent_path()});
    return target.lexically_relative(layout.root).generic_string();
}

} // namespace vitrine
