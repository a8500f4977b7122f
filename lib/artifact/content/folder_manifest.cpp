// SPDX-License-Identifier: MIT
#include "artifact/content/folder_manifest.hpp"

#include <vitrine/core/digest.hpp>

#include "core/parallel.hpp"
#include "core/store_folder.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

namespace fs = std::filesystem;

Manifest hash_folder(const fs::path& folder, std::vector<std::string>& left_out) {
    refuse_store(folder);
    std::vector<std::string> files;
    for (auto item = fs::recursive_directory_iterator(folder);
         item != fs::recursive_directory_iterator(); ++item) {
        const fs::file_status status = item->symlink_status();
        if (fs::is_directory(status) && is_store_root(item->path())) {
            item.disable_recursion_pending();
            left_out.push_back(item->path().lexically_relative(folder).native());
        }
        if (fs::is_regular_file(status)) {
            files.push_back(item->path().lexically_relative(folder).native());
        }
    }
    std::ranges::sort(left_out);
    std::vector<std::optional<Entry>> found(files.size());
    parallel_for(files.size(), [&](std::size_t i) {
        const Digests digests = digests_of_file(folder / files[i]);
        found[i] = Entry{
            .path = EntryPath(files[i]), .digest = digests.md5.base64(), .size = digests.size};
    });
    std::vector<Entry> entries;
    entries.reserve(files.size());
    for (std::optional<Entry>& entry : found) {
        entries.push_back(std::move(entry).value());
    }
    return Manifest(std::move(entries));
}

} // namespace vitrine
