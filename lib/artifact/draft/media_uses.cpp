// SPDX-License-Identifier: MIT
#include "artifact/draft/media_uses.hpp"

#include <vitrine/core/entry_path.hpp>

#include <set>

namespace vitrine {

std::vector<std::string> paths_in_json(const FileMembers& files, std::string_view type,
                                       const JsonOpener& open) {
    std::set<std::string, std::less<>> paths;
    for_each_file_name(files, type, open, [&](std::string_view text) {
        if (text.size() <= EntryPath::kMaxBytes && text.find('/') != std::string_view::npos &&
            !paths.contains(text)) {
            paths.emplace(text);
        }
    });
    return {paths.begin(), paths.end()};
}

void MediaUses::add(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        ++counts_[path];
    }
}

std::vector<std::string> MediaUses::remove(const std::vector<std::string>& paths) {
    std::vector<std::string> unused;
    for (const std::string& path : paths) {
        const auto found = counts_.find(path);
        if (found != counts_.end() && --found->second == 0) {
            counts_.erase(found);
            unused.push_back(path);
        }
    }
    return unused;
}

std::uint64_t MediaUses::count(std::string_view path) const {
    const auto found = counts_.find(path);
    return found == counts_.end() ? 0 : found->second;
}

} // namespace vitrine
