// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace vitrine {

namespace fs = std::filesystem;

using test::check_throws;

namespace {

void write_text(const fs::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

/// Folders `own` and `other`, each with a file `f`, and in `own` every kind of link to `other`.
class LinkedFolders {
public:
    LinkedFolders() {
        for (const fs::path& folder : {own(), other()}) {
            fs::create_directories(folder / "deep");
            write_text(folder / "f", folder.filename().native());
            write_text(folder / "deep" / "f", "deep");
        }
        fs::create_directory_symlink(other(), own() / "folder_link");
        fs::create_symlink(other() / "f", own() / "file_link");
        fs::create_symlink("nothing", own() / "dead_link");
        fs::create_directory_symlink("../other", own() / "deep" / "relative_link");
        ::mkfifo((own() / "fifo").c_str(), 0600);
    }

    fs::path own() const { return fs::canonical(folder_.path()) / "own"; }
    fs::path other() const { return fs::canonical(folder_.path()) / "other"; }

    void check_other_is_whole() const {
        CHECK(read_file(other() / "f") == "other");
        CHECK(read_file(other() / "deep" / "f") == "deep");
        CHECK(std::distance(fs::recursive_directory_iterator(other()), {}) == 3);
    }

private:
    TemporaryDirectory folder_;
};

const std::vector<std::string> kThroughLinks = {"folder_link/f", "folder_link/deep/f",
                                                "deep/relative_link/f"};

} // namespace

TEST_CASE("a file is read only where no link leads to it") {
    const LinkedFolders folders;
    struct Case {
        const char* path;
        ErrorCode code;
        const char* message;
    };
    const std::vector<Case> cases = {
        {"file_link", ErrorCode::Corruption, "own/file_link' is a link"},
        {"dead_link", ErrorCode::Corruption, "own/dead_link' is a link"},
        {"folder_link/f", ErrorCode::Corruption, "own/folder_link' is a link"},
        {"deep/relative_link/f", ErrorCode::Corruption, "own/deep/relative_link' is a link"},
        {"fifo", ErrorCode::Corruption, "expected a file, got a device, socket or FIFO"},
        {"deep", ErrorCode::Corruption, "expected a file, got a folder"},
        {"nothing", ErrorCode::NotFound, "own/nothing'"},
    };
    for (const Case& item : cases) {
        CAPTURE(item.path);
        const fs::path path = folders.own() / item.path;
        check_throws([&] { open_linkless(path); }, item.code, item.message);
        check_throws([&] { read_linkless(path); }, item.code, item.message);
    }
    CHECK(read_linkless(folders.own() / "deep" / "f") == "deep");
    CHECK(try_read_linkless(folders.own() / "f") == "own");
    CHECK_FALSE(try_read_linkless(folders.own() / "nothing"));
    CHECK_FALSE(try_read_linkless(folders.own() / "f" / "below_a_file"));
    check_throws([&] { try_read_linkless(folders.own() / "dead_link"); }, ErrorCode::Corruption);
}

TEST_CASE("without openat2, paths are opened component by component with the same results") {
    const LinkedFolders folders;
    struct Case {
        const char* path;
        int flags;
        int error; ///< 0: it opens
    };
    const std::vector<Case> cases = {
        {"f", O_RDONLY, 0},
        {"deep/f", O_RDONLY, 0},
        {"deep", O_RDONLY | O_DIRECTORY, 0},
        {"deep", O_PATH | O_DIRECTORY, 0},
        {"f", O_RDONLY | O_DIRECTORY, ENOTDIR},
        {"f/x", O_RDONLY, ENOTDIR},
        {"nothing/x", O_RDONLY, ENOENT},
        {"file_link", O_RDONLY, ELOOP},
        {"folder_link", O_RDONLY | O_DIRECTORY, ELOOP},
        {"folder_link", O_PATH | O_DIRECTORY, ELOOP},
        {"folder_link/f", O_RDONLY, ELOOP},
        {"folder_link/new", O_WRONLY | O_CREAT | O_EXCL, ELOOP},
        {"deep/relative_link/f", O_RDONLY, ELOOP},
    };
    for (const Case& item : cases) {
        CAPTURE(item.path);
        CAPTURE(item.flags);
        errno = 0;
        const FileDescriptor file(
            open_by_components(folders.own() / item.path, item.flags | O_CLOEXEC, 0600));
        CHECK(static_cast<bool>(file) == (item.error == 0));
        CHECK((file ? 0 : errno) == item.error);
    }
    CHECK(FileDescriptor(open_by_components("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)));
    folders.check_other_is_whole();
}

TEST_CASE("a folder is listed with the types of what is in it, and links are types") {
    const LinkedFolders folders;
    using Type = FolderItem::Type;
    std::vector<std::pair<std::string, Type>> found;
    for (const FolderItem& item : list_linkless(folders.own())) {
        found.emplace_back(item.name, item.type);
    }
    CHECK(found == std::vector<std::pair<std::string, Type>>{{"dead_link", Type::link},
                                                             {"deep", Type::folder},
                                                             {"f", Type::file},
                                                             {"fifo", Type::other},
                                                             {"file_link", Type::link},
                                                             {"folder_link", Type::link}});
    CHECK(list_linkless(folders.own() / "nothing").empty());
    check_throws([&] { list_linkless(folders.own() / "folder_link"); }, ErrorCode::Corruption,
                 "cannot read folder");
    check_throws([&] { list_linkless(folders.own() / "f"); }, ErrorCode::NotFound,
                 "Not a directory");
}

TEST_CASE("no change of a store's file system goes through a link") {
    const LinkedFolders folders;
    LinklessFileSystem files;
    const fs::path mine = folders.own() / "f";
    const std::vector<std::pair<const char*, std::function<void(const fs::path&)>>> changes = {
        {"create", [&](const fs::path& path) { files.create_file(path.parent_path() / "new"); }},
        {"open", [&](const fs::path& path) { files.open_for_appending(path); }},
        {"create folder",
         [&](const fs::path& path) { files.create_directories(path.parent_path() / "a" / "b"); }},
        {"rename", [&](const fs::path& path) { files.rename(path, mine); }},
        {"rename to", [&](const fs::path& path) { files.rename(mine, path); }},
        {"hard link", [&](const fs::path& path) { files.hard_link(mine, path); }},
        {"hard link from",
         [&](const fs::path& path) { files.hard_link(path, folders.own() / "new"); }},
        {"remove", [&](const fs::path& path) { files.remove(path); }},
        {"remove all", [&](const fs::path& path) { files.remove_all(path); }},
        {"flush", [&](const fs::path& path) { files.sync_directory(path.parent_path()); }},
        {"flush all", [&](const fs::path& path) { files.sync_file_system(path.parent_path()); }},
    };
    for (const auto& item : changes) {
        const char* const name = item.first;
        const auto& change = item.second;
        for (const std::string& path : kThroughLinks) {
            CAPTURE(name);
            CAPTURE(path);
            check_throws([&] { change(folders.own() / path); }, ErrorCode::Corruption, "is a link");
        }
    }
    folders.check_other_is_whole();
    CHECK(read_file(mine) == "own");
}

TEST_CASE("removing a link removes the link itself") {
    const LinkedFolders folders;
    LinklessFileSystem files;
    CHECK(files.remove(folders.own() / "file_link"));
    CHECK(files.remove(folders.own() / "dead_link"));
    CHECK_FALSE(files.remove(folders.own() / "dead_link"));
    files.remove_all(folders.own() / "folder_link");
    folders.check_other_is_whole();
    files.remove_all(folders.own());
    CHECK_FALSE(fs::exists(folders.own()));
    files.remove_all(folders.own());
    files.remove_all(folders.own() / "deep");
    CHECK_FALSE(files.remove(folders.own() / "deep"));
    folders.check_other_is_whole();
}

TEST_CASE("a store's file system makes, renames and removes files and folders") {
    const TemporaryDirectory folder;
    const fs::path root = fs::canonical(folder.path());
    LinklessFileSystem files;
    files.create_directories(root / "a" / "b" / "c");
    files.create_directories(root / "a" / "b" / "c");
    const fs::path path = root / "a" / "b" / "file";
    files.write(files.create_file(path), as_bytes("text"), path);
    check_throws([&] { files.create_file(path); }, ErrorCode::Io, "File exists");
    files.write(files.open_for_appending(path), as_bytes("!"), path);
    files.hard_link(path, root / "second");
    files.rename(path, root / "moved");
    CHECK(read_file(root / "moved") == "text!");
    CHECK(read_file(root / "second") == "text!");
    check_throws([&] { files.rename(path, root / "moved"); }, ErrorCode::NotFound, "cannot rename");
    CHECK(files.remove(root / "a" / "b" / "c"));
    check_throws([&] { files.remove(root / "a"); }, ErrorCode::Io, "cannot remove");
    check_throws([&] { files.create_directories(root / "moved" / "x"); }, ErrorCode::NotFound,
                 "Not a directory");
    files.sync_directory(root);
    files.remove_all(root / "a");
    CHECK_FALSE(fs::exists(root / "a"));
}

} // namespace vitrine
