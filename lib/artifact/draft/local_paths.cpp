// SPDX-License-Identifier: MIT
#include "artifact/draft/local_paths.hpp"

#include "reference/uri.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

void LocalPaths::add_file(std::string local_path, std::string entry_path) {
    files_[std::move(local_path)] = {std::move(entry_path), next_++};
}

void LocalPaths::add_folder(std::string_view folder, std::string_view name) {
    std::string prefix = join_path(name, "");
    std::vector<Added>& names = folders_[join_path(folder, "")];
    std::erase_if(names, [&](const Added& added) { return added.entry_path == prefix; });
    names.push_back({std::move(prefix), next_++});
}

std::vector<std::string> LocalPaths::find(std::string_view local_path) const {
    std::vector<Added> found;
    if (const auto file = files_.find(local_path); file != files_.end()) {
        found.push_back(file->second);
    }
    for (std::size_t slash = local_path.find('/');
         !folders_.empty() && slash != std::string_view::npos;
         slash = local_path.find('/', slash + 1)) {
        const auto folder = folders_.find(local_path.substr(0, slash + 1));
        if (folder == folders_.end()) {
            continue;
        }
        for (const Added& added : folder->second) {
            found.push_back(
                {added.entry_path + std::string(local_path.substr(slash + 1)), added.order});
        }
    }
    std::ranges::sort(found, std::greater<>(), &Added::order);
    std::vector<std::string> paths;
    paths.reserve(found.size());
    for (Added& added : found) {
        paths.push_back(std::move(added.entry_path));
    }
    return paths;
}

} // namespace vitrine
