// SPDX-License-Identifier: MIT
#include "formats/voc_folder.hpp"

#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace fs = std::filesystem;

namespace vitrine {

namespace {

constexpr const char* kPictures = "JPEGImages";
constexpr const char* kAnnotations = "Annotations";
constexpr std::uint64_t kMaxSplitBytes = std::uint64_t{256} << 20;

/// Whether a file in JPEGImages/ is a picture, by its extension; other files are ignored.
bool is_picture_name(const fs::path& path) {
    constexpr std::array<std::string_view, 12> extensions = {".jpg", ".jpeg", ".png", ".bmp",
                                                             ".gif", ".webp", ".tif", ".tiff",
                                                             ".pgm", ".ppm",  ".pbm", ".pnm"};
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

/// Whether `path`, with links resolved, is `root` (which has no links) or below it.
bool is_within(const fs::path& root, const fs::path& path) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    return !error &&
           std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
}

/// Returns why a file must not be read; nullopt if it may be.
std::optional<std::string> objection(const fs::path& root, const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (error || !fs::exists(status)) {
        return "a link that leads nowhere";
    }
    if (!fs::is_regular_file(status)) {
        return "not a regular file";
    }
    if (!is_within(root, path)) {
        return "a link that leads out of the dataset";
    }
    if (!is_utf8(path.filename().string())) {
        return "its name is not UTF-8";
    }
    return std::nullopt;
}

/// The files of one folder that `accepts` returns true for: stem -> path relative to the dataset.
class FolderIndex {
public:
    using Accepts = bool (*)(const fs::path&);

    FolderIndex(const fs::path& root, const char* name, Accepts accepts,
                std::vector<VocSkipped>& skipped) {
        std::vector<fs::path> names;
        std::error_code error;
        fs::directory_iterator items(root / name, error);
        if (error) {
            throw IoError("read folder", root / name, error);
        }
        for (const auto& item : items) {
            if (accepts(item.path())) {
                names.push_back(item.path().filename());
            }
        }
        // Which of two pictures with the same stem is kept must not depend on the file system's
        // order.
        std::sort(names.begin(), names.end());
        for (const auto& file : names) {
            const std::string path = (fs::path(name) / file).string();
            if (const auto reason = objection(root, root / path)) {
                skipped.push_back({path, *reason});
                continue;
            }
            const auto [found, is_new] = files_.try_emplace(file.stem().string(), path);
            if (!is_new) {
                skipped.push_back({path, concat("has the same name as ", quoted(found->second))});
            }
        }
    }

    FolderIndex() = default;

    const std::map<std::string, std::string>& files() const { return files_; }

    std::optional<std::string> find(const std::string& stem) const {
        const auto found = files_.find(stem);
        return found == files_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    std::map<std::string, std::string> files_;
};

bool is_annotation_name(const fs::path& path) {
    return path.extension() == ".xml";
}

/// Returns the root with links resolved. Throws: NotFound if it is not a VOC folder; InvalidFormat
/// if a link leads out of it.
fs::path checked_root(const fs::path& folder) {
    std::error_code error;
    const fs::path root = fs::canonical(folder, error);
    if (error || !fs::is_directory(root)) {
        throw Error(ErrorCode::NotFound, "no such folder: " + quoted(folder.string()));
    }
    if (!fs::is_directory(root / kPictures)) {
        throw Error(ErrorCode::NotFound, concat("no Pascal VOC dataset: ", quoted(folder.string()),
                                                " has no folder '", kPictures, "'"));
    }
    for (const char* name : {kPictures, kAnnotations}) {
        if (fs::exists(root / name) && !is_within(root, root / name)) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("the folder '", name, "' is a link that leads out of ",
                               quoted(folder.string())));
        }
    }
    return root;
}

/// Returns the stems listed in a split. A list for one class has a second column, which is ignored.
std::set<std::string> read_split(const fs::path& root, const std::string& split) {
    if (split.find_first_of("/\\") != std::string::npos || split == "." || split == "..") {
        throw Error(ErrorCode::InvalidArgument,
                    "split: expected a name, got the path " + quoted(split));
    }
    const fs::path path = root / "ImageSets" / "Main" / (split + ".txt");
    std::error_code error;
    if (!fs::is_regular_file(path, error) || !is_within(root, path)) {
        throw Error(ErrorCode::NotFound, concat("no split ", quoted(split), ": 'ImageSets/Main/",
                                                split, ".txt' is not there"));
    }
    std::istringstream lines(read_file(path, kMaxSplitBytes));
    std::set<std::string> stems;
    for (std::string line; std::getline(lines, line);) {
        std::string stem;
        if (std::istringstream(line) >> stem) {
            stems.insert(stem);
        }
    }
    return stems;
}

} // namespace

VocListing list_voc_folder(const fs::path& folder, const std::string& split) {
    const fs::path root = checked_root(folder);
    VocListing listing;
    const FolderIndex pictures(root, kPictures, is_picture_name, listing.skipped);
    const FolderIndex annotations =
        fs::is_directory(root / kAnnotations)
            ? FolderIndex(root, kAnnotations, is_annotation_name, listing.skipped)
            : FolderIndex();
    std::optional<std::set<std::string>> wanted;
    if (!split.empty()) {
        wanted = read_split(root, split);
        for (const auto& stem : *wanted) {
            if (!pictures.find(stem)) {
                listing.skipped.push_back({concat("ImageSets/Main/", split, ".txt"),
                                           concat("no picture ", quoted(stem))});
            }
        }
    }
    for (const auto& [stem, picture] : pictures.files()) {
        if (!wanted || wanted->contains(stem)) {
            listing.items.push_back({stem, picture, annotations.find(stem)});
        }
    }
    for (const auto& [stem, annotation] : annotations.files()) {
        if (!wanted && !pictures.find(stem)) {
            listing.skipped.push_back({annotation, "there is no picture of that name"});
        }
    }
    return listing;
}

} // namespace vitrine
