// SPDX-License-Identifier: MIT
// The last steps of a checkout: the new folders are moved into place, and what other versions left
// is removed.
#include "artifact/checkout/moved_file.hpp"
#include "artifact/checkout/target_folder.hpp"
#include "reference/uri.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace vitrine {

// ---- Publication

std::vector<Obstacle> TargetFolder::publish(std::string_view unfinished) {
    std::vector<Obstacle> obstacles;
    // A folder that cannot be moved as a whole is merged, which may stage folders below it.
    for (bool is_done = false; !is_done;) {
        is_done = true;
        open_.clear();
        for (const auto& [path, staged] : std::exchange(staged_, {})) {
            if (!unfinished.empty() && is_in(unfinished, path)) {
                staged_.emplace(path, staged);
                continue;
            }
            publish_one(path, staged, obstacles);
            is_done = false;
        }
    }
    return obstacles;
}

void TargetFolder::publish_one(const std::string& path, const std::string& staged,
                               std::vector<Obstacle>& obstacles) {
    SubfolderPtr parent;
    const std::string name = name_of(path);
    if (!open(parent_of(path), parent)) {
        try {
            if (rename_to_free(staging_folder_.get(), staged, parent->folder.get(), name)) {
                return;
            }
        } catch (const IoError& error) {
            if (!is_refusal(error, parent->folder, name)) {
                throw;
            }
            for (const TreeItem& item : list_tree(staging_folder_.get(), staged)) {
                if (!S_ISDIR(item.status.st_mode)) {
                    obstacles.push_back(refused_name(path));
                }
            }
            return;
        }
    }
    // Another process has created it by now, or the file system takes two names for the same.
    merge(path, staged, obstacles);
}

void TargetFolder::merge(const std::string& path, const std::string& staged,
                         std::vector<Obstacle>& obstacles) {
    for (const TreeItem& item : list_tree(staging_folder_.get(), staged)) {
        if (S_ISDIR(item.status.st_mode)) {
            continue;
        }
        MovedFile file(staging_ / staged / item.path);
        if (auto obstacle = put(join_path(path, item.path), file).obstacle) {
            obstacles.push_back(*std::move(obstacle));
        }
    }
}

// ---- What other versions left

FileDescriptor TargetFolder::folder_of(const std::string& path) const {
    return open_folder_below(top_->folder.get(), parent_of(path), false);
}

std::vector<std::string> TargetFolder::present(const std::vector<std::string>& paths) const {
    std::vector<std::string> present;
    std::optional<std::string> parent; // of the listing below
    std::vector<std::string> names;
    for (const std::string& path : paths) {
        if (parent != parent_of(path)) {
            parent = parent_of(path);
            const FileDescriptor folder = folder_of(path);
            names = folder ? rules_.list(folder.get()) : std::vector<std::string>();
        }
        if (std::ranges::binary_search(names, name_of(path))) {
            present.push_back(path);
        }
    }
    return present;
}

std::optional<Obstacle> TargetFolder::remove(const std::string& path) {
    const FileDescriptor folder = folder_of(path);
    const std::string name = name_of(path);
    const Place place = folder ? look_at(folder.get(), name) : Place();
    if (place.state != Place::State::Taken) {
        return std::nullopt;
    }
    const Verdict verdict = rule_.judge(folder.get(), name, place, nullptr);
    if (verdict.kind != Verdict::Kind::Goes) {
        return Obstacle{path, verdict.reason};
    }
    const FileDescriptor old = moved_out_->open(parent_of(path));
    if (!moved_out_->remove({folder.get(), old.get(), name, path, place.status, verdict.tree})) {
        return changed_meanwhile(path);
    }
    const std::lock_guard lock(losses_mutex_);
    for (const std::string& lost : verdict.lost) {
        losses_.overwritten.push_back(lost.empty() ? path : join_path(path, lost));
    }
    remove_empty_folders(parent_of(path));
    return std::nullopt;
}

void TargetFolder::remove_empty_folders(std::string path) const {
    for (; !path.empty(); path = parent_of(path)) {
        const FileDescriptor folder = folder_of(path);
        if (!folder || ::unlinkat(folder.get(), name_of(path).c_str(), AT_REMOVEDIR) != 0) {
            return;
        }
    }
}

} // namespace vitrine
