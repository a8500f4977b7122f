// SPDX-License-Identifier: MIT
#include "engine/store/own_parts.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <string>
#include <string_view>
#include <system_error>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

fs::path real_path(const fs::path& root) {
    std::error_code error;
    fs::path real = fs::weakly_canonical(fs::absolute(root), error);
    if (error) {
        throw IoError("find the real path of", root, error);
    }
    // "store/" and "store" are one folder.
    return real.has_filename() ? real : real.parent_path();
}

/// Checks a file or folder that need not exist.
void require_own(const StoreLayout& layout, const fs::path& part, fs::file_type expected) {
    std::error_code error;
    const fs::file_type type = fs::symlink_status(part, error).type();
    if (type == fs::file_type::not_found || type == expected) {
        return;
    }
    if (type == fs::file_type::none) {
        throw IoError("look at", part, error);
    }
    const std::string name = quoted(part.lexically_relative(layout.root).native());
    const std::string store = concat("store ", quoted(layout.root.native()), ": ");
    if (type == fs::file_type::symlink) {
        throw Error(ErrorCode::NotAStore,
                    concat(store, name,
                           " is a link, and none is followed inside of a store (the store's folder "
                           "itself may be one)"));
    }
    throw Error(ErrorCode::NotAStore,
                concat(store, "expected ", name, " to be a ",
                       expected == fs::file_type::directory ? "folder" : "file",
                       ", got something else"));
}

} // namespace

StoreLayout checked_layout(const fs::path& root) {
    const StoreLayout layout{real_path(root)};
    for (const fs::path& folder :
         {layout.objects(), layout.objects() / "loose", layout.objects() / "packs",
          layout.artifacts(), layout.records().parent_path(), layout.records(),
          layout.run_records(), layout.leases(), layout.staging(), layout.lost()}) {
        require_own(layout, folder, fs::file_type::directory);
    }
    for (const fs::path& file : {layout.settings(), layout.write_lock(), layout.gc_lock(),
                                 layout.catalog(), layout.new_catalog(), layout.old_catalog()}) {
        require_own(layout, file, fs::file_type::regular);
    }
    for (const std::string_view companion : kCatalogCompanions) {
        require_own(layout, fs::path(layout.catalog()) += companion, fs::file_type::regular);
    }
    return layout;
}

} // namespace vitrine
