// SPDX-License-Identifier: MIT
#include "engine/store/create.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/text.hpp"
#include "engine/store/store_settings.hpp"
#include "engine/store/write_lock.hpp"

#include <algorithm>
#include <array>
#include <system_error>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// What create_store itself creates in the folder before vitrine.json.
constexpr std::array<std::string_view, 11> kOwnNames = {"catalog.sqlite",
                                                        "catalog.sqlite-wal",
                                                        "catalog.sqlite-shm",
                                                        "catalog.sqlite-journal",
                                                        "objects",
                                                        "artifacts",
                                                        "records",
                                                        "leases",
                                                        "staging",
                                                        "write.lock",
                                                        "gc.lock"};

bool holds_files(const fs::path& folder) {
    std::error_code error;
    for (fs::recursive_directory_iterator item(folder, error), end; !error && item != end;
         item.increment(error)) {
        if (!item->is_directory()) {
            return true;
        }
    }
    return false;
}

/// Throws unless the folder contains nothing but what an interrupted creation leaves.
void require_vacant(const StoreLayout& layout) {
    if (fs::exists(layout.settings())) {
        throw Error(ErrorCode::AlreadyExists,
                    concat(quoted(layout.root.native()), " is a store already"));
    }
    bool vacant = !holds_files(layout.objects()) && !holds_files(layout.artifacts()) &&
                  !holds_files(layout.root / "records");
    std::error_code error;
    for (fs::directory_iterator item(layout.root, error), end; !error && item != end;
         item.increment(error)) {
        const std::string name = item->path().filename().native();
        const bool temporary = name.starts_with('.') && name.ends_with(".tmp");
        vacant = vacant && (temporary ||
                            std::find(kOwnNames.begin(), kOwnNames.end(), name) != kOwnNames.end());
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        throw IoError("read folder", layout.root, error);
    }
    if (!vacant) {
        throw Error(ErrorCode::AlreadyExists,
                    concat("cannot create a store in ", quoted(layout.root.native()),
                           ": the folder is not empty"));
    }
}

std::array<fs::path, 6> folders_of(const StoreLayout& layout) {
    return {layout.objects() / "loose", layout.artifacts(), layout.records(),
            layout.run_records(),       layout.leases(),    layout.staging()};
}

void create_folders(const StoreLayout& layout, FileSystem& files) {
    for (const fs::path& folder : folders_of(layout)) {
        files.create_directories(folder);
    }
}

void create_empty_file(const fs::path& path, FileSystem& files) {
    if (fs::exists(path)) {
        return;
    }
    try {
        files.create_file(path);
    } catch (const Error&) {
        // Another process that creates the same store may have been first.
        if (!fs::exists(path)) {
            throw;
        }
    }
}

void create_catalog(const StoreLayout& layout, const StoreSettings& settings, FileSystem& files,
                    bool durable) {
    files.remove(layout.catalog());
    for (const std::string_view companion : kCatalogCompanions) {
        fs::path path = layout.catalog();
        path += companion;
        files.remove(path);
    }
    const auto catalog = Catalog::create(layout.catalog(), settings.store_id, durable);
    Catalog::WriteTransaction transaction(*catalog, durable);
    catalog->set_complete();
    transaction.commit();
}

} // namespace

void create_store_folders(const StoreLayout& layout, FileSystem& files) {
    create_folders(layout, files);
    create_empty_file(layout.write_lock(), files);
    create_empty_file(layout.gc_lock(), files);
}

void complete_store(const StoreLayout& layout, FileSystem& files) {
    const auto is_missing = [](const fs::path& path) {
        std::error_code ignored;
        return fs::symlink_status(path, ignored).type() == fs::file_type::not_found;
    };
    if (std::ranges::none_of(folders_of(layout), is_missing) && !is_missing(layout.write_lock()) &&
        !is_missing(layout.gc_lock())) {
        return;
    }
    try {
        create_store_folders(layout, files);
    } catch (const IoError&) {
        // Who may not write reads without them; who writes fails where one is needed.
    }
}

void create_store(const StoreLayout& layout, StoreSettings settings, const EngineOptions& options) {
    const auto files = options.files ? options.files : std::make_shared<LinklessFileSystem>();
    require_vacant(layout);
    files->create_directories(layout.root);
    create_empty_file(layout.write_lock(), *files);
    // Two processes may create the store at once; the second one finds it under the lock.
    const FileLock lock = wait_for_lock(layout.write_lock(), options.lock_timeout, options.warn);
    require_vacant(layout);
    const bool durable = settings.durability == Durability::safe;
    if (settings.store_id.empty()) {
        settings.store_id = random_name();
    }
    create_folders(layout, *files);
    create_empty_file(layout.gc_lock(), *files);
    create_catalog(layout, settings, *files, durable);
    if (durable) {
        files->sync_file_system(layout.root);
    }
    write_file_atomically(*files, layout.settings(), render_settings(settings), durable);
    if (durable) {
        files->sync_directory(fs::absolute(layout.root).parent_path());
    }
}

} // namespace vitrine
