// SPDX-License-Identifier: MIT
#include "artifact/draft/file_adds.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/content/artifact_content.hpp"
#include "artifact/content/folder_walk.hpp"
#include "artifact/draft/stored_entry.hpp"
#include "core/file_system.hpp"
#include "core/json_scanner.hpp"
#include "core/parallel.hpp"
#include "core/progress_meter.hpp"
#include "core/text.hpp"
#include "reference/uri.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Files of a folder that are added at once, so that catalogue and draft are asked less often.
constexpr std::size_t kFilesPerBatch = 64;

/// W&B's name for a temporary file: the first part of the last component becomes the first eight
/// hex digits of the MD5. "tmp/abc.def.txt" -> "tmp/f97c5d29.def.txt".
std::string temporary_name(const std::string& name, const Md5& md5) {
    const std::size_t start = name.rfind('/') + 1;
    const std::size_t dot = std::min(name.find('.', start), name.size());
    return name.substr(0, start) + md5.hex().substr(0, 8) + name.substr(dot);
}

} // namespace

Entry FileAdds::entry_of(const std::string& path, const StoredBytes& stored) const {
    Entry entry = stored_entry(path, stored);
    if (const auto named = value_type_by_name(path, types_)) {
        // A file that is called like the JSON of a value is one only if it says so itself.
        try {
            if (type_in_json(*staging_.open(stored.sha256)) == *named) {
                entry.value_type = named;
            }
        } catch (const Error& error) {
            if (error.code() != ErrorCode::InvalidFormat) {
                throw;
            }
        }
    }
    return entry;
}

Entry FileAdds::add_file(const fs::path& path, std::string_view name,
                         const AddFileOptions& options) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
        throw Error(ErrorCode::NotFound, concat("path is not a file: ", quoted(path.native())));
    }
    std::string entry_path(name.empty() ? last_component(path.native()) : name);
    static_cast<void>(EntryPath(entry_path)); // Refused before the file is read.
    const StoredBytes stored = staging_.put_file(path, options.move);
    if (options.is_tmp) {
        entry_path = temporary_name(entry_path, stored.md5);
    }
    PendingAdds pending;
    pending.put({.entry = entry_of(entry_path, stored)});
    pending.local_paths.emplace_back(path.native(), entry_path);
    table_.apply(pending);
    return pending.items.find(entry_path)->second.entry;
}

std::uint64_t FileAdds::add_files(const fs::path& folder, std::string_view name,
                                  std::span<const std::string> files, bool move) {
    const std::vector<StoredBytes> stored = staging_.put_files(folder, files, move);
    std::uint64_t bytes = 0;
    PendingAdds pending;
    for (std::size_t i = 0; i < files.size(); ++i) {
        bytes += stored[i].size;
        pending.put({.entry = entry_of(join_path(name, files[i]), stored[i])});
    }
    table_.apply(pending);
    return bytes;
}

AddedFiles FileAdds::add_dir(const fs::path& path, std::string_view name,
                             const AddDirOptions& options) {
    const bool missing = options.mirror && options.allow_empty && !fs::exists(path);
    if (!missing && !fs::is_directory(path)) {
        throw Error(ErrorCode::NotFound,
                    concat("path is not a directory: ", quoted(path.native())));
    }
    ListedFiles listed = missing ? ListedFiles{} : list_files(path);
    const std::vector<std::string>& files = listed.files;
    if (options.mirror && !options.allow_empty && files.empty()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("folder ", quoted(path.native()),
                           " has no files, so mirroring it would remove all entries below ",
                           quoted(name), " (with --force or allow_empty, it does)"));
    }
    // All names are looked at before the first file is read.
    parallel_for(files.size(),
                 [&](std::size_t i) { static_cast<void>(EntryPath(join_path(name, files[i]))); });
    ProgressMeter progress("adding", files.size(), options.progress);
    const std::size_t batches = (files.size() + kFilesPerBatch - 1) / kFilesPerBatch;
    parallel_for(batches, [&](std::size_t batch) {
        progress.check();
        const std::size_t first = batch * kFilesPerBatch;
        const std::size_t count = std::min(kFilesPerBatch, files.size() - first);
        const std::uint64_t bytes = add_files(
            path, name, std::span<const std::string>(files).subspan(first, count), options.move);
        progress.advance(count, bytes);
    });
    table_.add_folder(path, name);
    if (options.mirror) {
        table_.mirror(name, files);
    }
    return {progress.items(), progress.bytes(), std::move(listed.left_out)};
}

Entry FileAdds::add_bytes(std::span<const std::byte> bytes, std::string_view name) {
    const std::string path(name);
    static_cast<void>(EntryPath(path));
    return table_.apply(entry_of(path, staging_.put_bytes(bytes)));
}

Entry FileAdds::new_file(std::string_view name, const std::function<void(std::ostream&)>& write) {
    while (name.starts_with('/')) {
        name.remove_prefix(1);
    }
    const std::string path(name);
    static_cast<void>(EntryPath(path));
    if (table_.find_added(path)) {
        throw Error(ErrorCode::AlreadyExists,
                    concat("file with name ", quoted(path), " already exists in this draft"));
    }
    return table_.apply(entry_of(path, put_written(staging_, write)));
}

} // namespace vitrine
