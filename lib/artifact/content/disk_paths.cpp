// SPDX-License-Identifier: MIT
#include "artifact/content/disk_paths.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <utility>

namespace vitrine {

std::optional<DiskPaths::Taken> DiskPaths::file_at(const std::string& disk_path,
                                                   const Entry& entry) const {
    if (!other_paths_.empty()) {
        if (const auto found = other_paths_.find(disk_path); found != other_paths_.end()) {
            return found->second;
        }
    }
    // Entries come in path order, so the entry of that very path was added before if it is less.
    if (disk_path >= entry.path.str() || refused_.contains(disk_path)) {
        return std::nullopt;
    }
    auto found = manifest_.find(disk_path);
    return found ? std::optional(Taken{disk_path, std::move(found->digest), found->object})
                 : std::nullopt;
}

std::optional<std::string> DiskPaths::clash_with_folders(const std::string& disk_path,
                                                         const Entry& entry) const {
    if (folders_.contains(disk_path)) {
        return concat(quoted(entry.path.str()), " is a file where other entries need a folder");
    }
    for (std::size_t slash = disk_path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = disk_path.rfind('/', slash - 1)) {
        const std::string folder = disk_path.substr(0, slash);
        if (folders_.contains(folder)) {
            return std::nullopt;
        }
        if (const auto file = file_at(folder, entry)) {
            return concat(quoted(entry.path.str()), " needs a folder where ", quoted(file->path),
                          " is a file");
        }
    }
    return std::nullopt;
}

void DiskPaths::take_folders(const std::string& disk_path) {
    for (std::size_t slash = disk_path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = disk_path.rfind('/', slash - 1)) {
        if (!folders_.insert(disk_path.substr(0, slash)).second) {
            return;
        }
    }
}

std::optional<std::string> DiskPaths::refuse(const Entry& entry, std::string why) {
    refused_.insert(entry.path.str());
    return why;
}

std::optional<std::string> DiskPaths::add(const Entry& entry) {
    const std::string disk_path = entry.path.disk_path();
    const auto other = file_at(disk_path, entry);
    was_taken_ = other.has_value();
    if (other) {
        const bool same_object = !other->object || !entry.object || other->object == entry.object;
        if (same_object && other->digest == entry.digest) {
            return std::nullopt;
        }
        return refuse(entry,
                      concat(quoted(entry.path.str()), " and ", quoted(other->path),
                             " are different files with one disk path, ", quoted(disk_path)));
    }
    if (auto clash = clash_with_folders(disk_path, entry)) {
        return refuse(entry, *std::move(clash));
    }
    take_folders(disk_path);
    if (disk_path != entry.path.str()) {
        other_paths_.try_emplace(disk_path, Taken{entry.path.str(), entry.digest, entry.object});
    }
    return std::nullopt;
}

void check_disk_paths(const Manifest& manifest, std::string_view artifact) {
    DiskPaths disk_paths(manifest);
    for (const Entry& entry : manifest.entries()) {
        if (const auto clash = disk_paths.add(entry)) {
            throw Error(ErrorCode::InvalidFormat, concat("in ", quoted(artifact), ": ", *clash));
        }
    }
}

} // namespace vitrine
