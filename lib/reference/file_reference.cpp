// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/parallel.hpp"
#include "core/store_folder.hpp"
#include "core/text.hpp"
#include "reference/reference_handler.hpp"
#include "reference/uri.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 1> kFileSchemes = {"file"};

/// A file to take the digest and size of an entry from.
struct TrackedFile {
    std::string name;
    std::string uri;
    fs::path path;
};

Entry entry_of(const TrackedFile& file) {
    if (!fs::is_regular_file(file.path)) {
        throw Error(fs::exists(file.path) ? ErrorCode::InvalidArgument : ErrorCode::NotFound,
                    concat(quoted(file.uri), " is not a file"));
    }
    Entry entry{.path = EntryPath(file.name)};
    const FileDescriptor opened = open_for_reading(file.path);
    Hasher hasher(Hash::Md5);
    entry.size = read_in_pieces(opened, file.path,
                                [&](std::span<const std::byte> piece) { hasher.update(piece); });
    entry.digest = hasher.finish().md5.base64();
    entry.ref = file.uri;
    return entry;
}

/// Lists all files below a folder: links to files are included, links to folders are not followed.
std::vector<TrackedFile> files_below(const fs::path& folder, std::string_view uri,
                                     const ReferenceOptions& options) {
    std::vector<TrackedFile> files;
    refuse_store(folder);
    for (fs::recursive_directory_iterator walk(folder), end; walk != end; ++walk) {
        const fs::directory_entry& item = *walk;
        if (item.is_directory()) {
            if (!item.is_symlink() && is_store_root(item.path())) {
                walk.disable_recursion_pending();
                if (options.left_out) {
                    options.left_out(item.path().native());
                }
            }
            continue;
        }
        const std::string relative = item.path().lexically_relative(folder).generic_string();
        files.push_back({join_path(options.name, relative), join_path(uri, relative), item.path()});
        // W&B stops as soon as the count reaches the limit, not beyond it.
        if (files.size() >= options.max_objects) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("exceeded ", options.max_objects, " objects tracked in ",
                               quoted(uri), ", pass max_objects to add_reference"));
        }
    }
    std::ranges::sort(files, {}, &TrackedFile::name);
    return files;
}

class FileHandler : public ReferenceHandler {
public:
    std::span<const std::string_view> schemes() const override { return kFileSchemes; }

    std::vector<Entry> track(std::string_view uri, const ReferenceOptions& options) const override {
        const fs::path path = Uri::parse(uri).local_path();
        const std::string own_name(last_component(path.native()));
        const std::string& name = options.name.empty() ? own_name : options.name;
        if (!options.checksum) {
            return {untouched_entry(name, uri)};
        }
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (fs::is_directory(status)) {
            return track_folder(path, uri, options);
        }
        if (!fs::is_regular_file(status)) {
            throw Error(ErrorCode::NotFound,
                        concat("path ", quoted(uri), " must be a valid file or directory path"));
        }
        return {entry_of({name, std::string(uri), path})};
    }

private:
    static std::vector<Entry> track_folder(const fs::path& path, std::string_view uri,
                                           const ReferenceOptions& options) {
        const std::vector<TrackedFile> files = files_below(path, uri, options);
        std::vector<std::optional<Entry>> found(files.size());
        parallel_for(files.size(), [&](std::size_t i) { found[i] = entry_of(files[i]); });
        std::vector<Entry> entries;
        entries.reserve(files.size());
        for (std::optional<Entry>& entry : found) {
            entries.push_back(std::move(entry).value());
        }
        return entries;
    }
};

} // namespace

std::unique_ptr<ReferenceHandler> make_file_handler() {
    return std::make_unique<FileHandler>();
}

} // namespace vitrine
