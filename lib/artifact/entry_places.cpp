// SPDX-License-Identifier: MIT
#include "artifact/entry_places.hpp"

#include "core/text.hpp"

namespace vitrine {

std::optional<std::string> EntryPlaces::clash_with_file(const std::string& place,
                                                        const Entry& entry) const {
    const auto found = files_.find(place);
    if (found == files_.end()) {
        return std::nullopt;
    }
    const Taken& other = found->second;
    const bool same_object = !other.object || !entry.object || other.object == entry.object;
    if (same_object && other.digest == entry.digest) {
        return std::nullopt;
    }
    return concat(quoted(entry.path.str()), " and ", quoted(other.path),
                  " are different files in one place, ", quoted(place));
}

std::optional<std::string> EntryPlaces::clash_on_the_way(const std::string& place,
                                                         const Entry& entry) const {
    if (folders_.contains(place)) {
        return concat(quoted(entry.path.str()), " is a file where other entries need a folder");
    }
    for (std::size_t slash = place.rfind('/'); slash != std::string::npos && slash > 0;
         slash = place.rfind('/', slash - 1)) {
        const std::string folder = place.substr(0, slash);
        if (const auto file = files_.find(folder); file != files_.end()) {
            return concat(quoted(entry.path.str()), " needs a folder where ",
                          quoted(file->second.path), " is a file");
        }
        if (folders_.contains(folder)) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

void EntryPlaces::take_folders(const std::string& place) {
    for (std::size_t slash = place.rfind('/'); slash != std::string::npos && slash > 0;
         slash = place.rfind('/', slash - 1)) {
        if (!folders_.insert(place.substr(0, slash)).second) {
            return;
        }
    }
}

std::optional<std::string> EntryPlaces::add(const Entry& entry) {
    std::string place = entry.path.place();
    if (auto clash = clash_with_file(place, entry)) {
        return clash;
    }
    if (auto clash = clash_on_the_way(place, entry)) {
        return clash;
    }
    take_folders(place);
    was_filled_ =
        !files_.try_emplace(std::move(place), Taken{entry.path.str(), entry.digest, entry.object})
             .second;
    return std::nullopt;
}

} // namespace vitrine
