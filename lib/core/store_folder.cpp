// SPDX-License-Identifier: MIT
#include "core/store_folder.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <system_error>

namespace vitrine {

namespace fs = std::filesystem;

bool is_store_root(const fs::path& folder) {
    std::error_code error;
    return fs::exists(folder / kStoreSettings, error) && fs::exists(folder / kStoreCatalog, error);
}

std::optional<fs::path> store_around(const fs::path& path) {
    std::error_code error;
    for (fs::path folder = fs::canonical(path, error); !error && !folder.empty();
         folder = folder.parent_path()) {
        if (is_store_root(folder)) {
            return folder;
        }
        if (folder == folder.parent_path()) {
            break;
        }
    }
    return std::nullopt;
}

void refuse_store(const fs::path& folder) {
    if (const auto store = store_around(folder)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat(quoted(folder.native()), " is inside of the store ",
                           quoted(store->native()), ": a store is never its own content"));
    }
}

} // namespace vitrine
