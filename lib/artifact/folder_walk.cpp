// SPDX-License-Identifier: MIT
#include "artifact/folder_walk.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// What tells one folder from another, whatever it is called.
using FolderIdentity = std::pair<dev_t, ino_t>;

FolderIdentity identity_of(const fs::path& folder) {
    struct ::stat status = {};
    if (::stat(folder.c_str(), &status) != 0) {
        throw IoError("look at folder", folder, std::error_code(errno, std::generic_category()));
    }
    return {status.st_dev, status.st_ino};
}

class Lister {
public:
    explicit Lister(std::vector<std::string>& files) : files_(files) {}

    void list(const fs::path& folder, const std::string& prefix) {
        const FolderIdentity identity = identity_of(folder);
        if (std::ranges::find(above_, identity) != above_.end()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("folder ", quoted(folder.native()),
                               " is a link to a folder that it lies in"));
        }
        above_.push_back(identity);
        for (const auto& item : open(folder)) {
            const std::string name = prefix + item.path().filename().native();
            if (item.is_directory()) {
                list(item.path(), name + "/");
            } else if (item.is_regular_file()) {
                files_.push_back(name);
            } else {
                throw Error(ErrorCode::InvalidArgument,
                            concat(quoted(item.path().native()),
                                   item.exists() ? " is neither a file nor a folder"
                                                 : " is a link to nothing"));
            }
        }
        above_.pop_back();
    }

private:
    static fs::directory_iterator open(const fs::path& folder) {
        std::error_code error;
        fs::directory_iterator items(folder, error);
        if (error) {
            throw IoError("list folder", folder, error);
        }
        return items;
    }

    std::vector<std::string>& files_;
    std::vector<FolderIdentity> above_;
};

} // namespace

std::vector<std::string> list_files(const fs::path& folder) {
    std::vector<std::string> files;
    Lister(files).list(folder, "");
    std::ranges::sort(files);
    return files;
}

Manifest hash_folder(const fs::path& folder) {
    std::vector<std::string> files;
    for (auto item = fs::recursive_directory_iterator(folder);
         item != fs::recursive_directory_iterator(); ++item) {
        if (fs::is_regular_file(item->symlink_status())) {
            files.push_back(item->path().lexically_relative(folder).native());
        }
    }
    std::vector<std::optional<Entry>> found(files.size());
    oneapi::tbb::parallel_for(std::size_t{0}, files.size(), [&](std::size_t i) {
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
