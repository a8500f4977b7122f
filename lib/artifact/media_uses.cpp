// SPDX-License-Identifier: MIT
#include "artifact/media_uses.hpp"

#include <vitrine/core/entry_path.hpp>

#include <algorithm>

namespace vitrine {

namespace {

void collect(const Json& json, std::vector<std::string>& paths) {
    if (json.is_string()) {
        const auto& text = json.get_ref<const std::string&>();
        if (text.size() <= EntryPath::kMaxBytes && text.find('/') != std::string::npos) {
            paths.push_back(text);
        }
    } else if (json.is_structured()) {
        for (const Json& child : json) {
            collect(child, paths);
        }
    }
}

} // namespace

std::vector<std::string> paths_in_json(const Json& json) {
    std::vector<std::string> paths;
    collect(json, paths);
    std::ranges::sort(paths);
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return paths;
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
