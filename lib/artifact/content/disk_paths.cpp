// SPDX-License-Identifier: MIT
#include "artifact/content/disk_paths.hpp"

#include "core/text.hpp"

#include <utility>

namespace vitrine {

std::optional<DiskPaths::Taken> DiskPaths::file_at(const std::string& place,
                                                   const Entry& entry) const {
    if (!elsewhere_.empty()) {
        if (const auto found = elsewhere_.find(place); found != elsewhere_.end()) {
            return found->second;
        }
    }
    // In path order, the entry of that very path was added before if it is less.
    if (place >= entry.path.str() || refused_.contains(place)) {
        return std::nullopt;
    }
    auto found = manifest_.find(place);
    return found ? std::optional(Taken{place, std::move(found->digest), found->object})
                 : std::nullopt;
}

std::optional<std::string> DiskPaths::clash_on_the_way(const std::string& place,
                                                       const Entry& entry) const {
    if (folders_.contains(place)) {
        return concat(quoted(entry.path.str()), " is a file where other entries need a folder");
    }
    for (std::size_t slash = place.rfind('/'); slash != std::string::npos && slash > 0;
         slash = place.rfind('/', slash - 1)) {
        const std::string folder = place.substr(0, slash);
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

void DiskPaths::take_folders(const std::string& place) {
    for (std::size_t slash = place.rfind('/'); slash != std::string::npos && slash > 0;
         slash = place.rfind('/', slash - 1)) {
        if (!folders_.insert(place.substr(0, slash)).second) {
            return;
        }
    }
}

std::optional<std::string> DiskPaths::refuse(const Entry& entry, std::string why) {
    refused_.insert(entry.path.str());
    return why;
}

std::optional<std::string> DiskPaths::add(const Entry& entry) {
    const std::string place = entry.path.place();
    const auto other = file_at(place, entry);
    was_filled_ = other.has_value();
    if (other) {
        const bool same_object = !other->object || !entry.object || other->object == entry.object;
        if (same_object && other->digest == entry.digest) {
            return std::nullopt;
        }
        return refuse(entry, concat(quoted(entry.path.str()), " and ", quoted(other->path),
                                    " are different files in one place, ", quoted(place)));
    }
    if (auto clash = clash_on_the_way(place, entry)) {
        return refuse(entry, *std::move(clash));
    }
    take_folders(place);
    if (place != entry.path.str()) {
        elsewhere_.try_emplace(place, Taken{entry.path.str(), entry.digest, entry.object});
    }
    return std::nullopt;
}

} // namespace vitrine
