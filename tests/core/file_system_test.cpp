// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/faulty_file_system.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace vitrine {

namespace fs = std::filesystem;

using test::check_throws;
using test::Fault;
using test::FaultyFileSystem;
using test::FileOperation;

namespace {

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& item : fs::directory_iterator(folder)) {
        names.push_back(item.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
}

/// Writes `path` with a disk that goes wrong at `step`; whether it went wrong.
bool write_with_fault(const fs::path& path, const std::string& data, std::size_t step,
                      Fault fault) {
    FaultyFileSystem files;
    files.fail_at(step, fault);
    try {
        write_file_atomically(files, path, data, true);
        CHECK_FALSE(files.has_failed());
        return false;
    } catch (const IoError& error) {
        CHECK(files.has_failed());
        return true;
    }
}

} // namespace

TEST_CASE("a file is written as a whole, with or without flushes") {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "x";
    for (const bool durable : {true, false}) {
        for (const std::string& data :
             {std::string("one"), std::string(), std::string(3'000'000, 'z')}) {
            write_file_atomically(*real_file_system(), path, data, durable);
            CHECK(read_file(path) == data);
            CHECK(names_in(folder.path()) == std::vector<std::string>{"x"});
        }
    }
}

TEST_CASE("flushes are made only where they are asked for") {
    const TemporaryDirectory folder;
    FaultyFileSystem files;
    const std::set<FileOperation> flushes = {FileOperation::SyncFile, FileOperation::SyncDirectory,
                                             FileOperation::SyncFileSystem};
    files.fail_at(99, Fault::Once, flushes);
    write_file_atomically(files, folder.path() / "x", "1", false);
    CHECK(files.steps() == 0);
    write_file_atomically(files, folder.path() / "x", "2", true);
    CHECK(files.steps() == 2);
}

TEST_CASE("a file holds the old or the new bytes whatever step fails, and nothing stays behind") {
    const std::string before = "before";
    const std::string after(100'000, 'a');
    for (const bool exists : {true, false}) {
        std::size_t failed_steps = 0;
        for (std::size_t step = 0;; ++step) {
            CAPTURE(exists);
            CAPTURE(step);
            const TemporaryDirectory folder;
            const auto path = folder.path() / "x";
            if (exists) {
                write_file_atomically(*real_file_system(), path, before, false);
            }
            const bool failed = write_with_fault(path, after, step, Fault::Once);
            const auto found = try_read_file(path);
            const bool is_old = exists ? found == before : !found.has_value();
            CHECK((is_old || found == after));
            CHECK(names_in(folder.path()).size() == (found ? 1 : 0));
            if (!failed) {
                CHECK(found == after);
                break;
            }
            ++failed_steps;
        }
        // Create, write, flush, rename, flush of the folder.
        CHECK(failed_steps == 5);
    }
}

TEST_CASE("a file holds the old or the new bytes wherever the process dies") {
    for (std::size_t step = 0;; ++step) {
        CAPTURE(step);
        const TemporaryDirectory folder;
        const auto path = folder.path() / "x";
        write_file_atomically(*real_file_system(), path, "before", false);
        const bool failed = write_with_fault(path, "after", step, Fault::Crash);
        const std::string found = read_file(path);
        CHECK((found == "before" || found == "after"));
        if (!failed) {
            break;
        }
    }
}

TEST_CASE("a temporary file that cannot be removed is named in the error") {
    const TemporaryDirectory folder;
    FaultyFileSystem files;
    files.fail_at(0, Fault::Full, {FileOperation::Write, FileOperation::Remove});
    check_throws([&] { write_file_atomically(files, folder.path() / "x", "data", true); },
                 ErrorCode::Io, "left behind a temporary file");
}

TEST_CASE("a file cannot be written where there is no folder") {
    const TemporaryDirectory folder;
    check_throws(
        [&] { write_file_atomically(*real_file_system(), folder.path() / "no/x", "1", true); },
        ErrorCode::NotFound, "cannot create '");
}

TEST_CASE("a file is written to the working folder by its bare name") {
    const TemporaryDirectory folder;
    const fs::path before = fs::current_path();
    fs::current_path(folder.path());
    write_file_atomically(*real_file_system(), "bare", "1", true);
    fs::current_path(before);
    CHECK(names_in(folder.path()) == std::vector<std::string>{"bare"});
}

TEST_CASE("files are read up to a limit") {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "x";
    write_file_atomically(*real_file_system(), path, "12345", false);
    CHECK(read_file(path, 5) == "12345");
    check_throws([&] { read_file(path, 4); }, ErrorCode::InvalidFormat,
                 "/x' is too large: expected at most 4 bytes");
    check_throws([&] { read_file(folder.path() / "none"); }, ErrorCode::NotFound, "cannot open '");
    check_throws([&] { read_file(folder.path()); }, ErrorCode::Io, "cannot read '");
    // A file of the kernel has bytes but no size.
    CHECK(read_file("/proc/self/status").find("Name:") != std::string::npos);
    check_throws([&] { read_file("/proc/self/status", 3); }, ErrorCode::InvalidFormat, "too large");
}

TEST_CASE("a missing file is nothing, another trouble is an error") {
    const TemporaryDirectory folder;
    write_file_atomically(*real_file_system(), folder.path() / "x", "1", false);
    CHECK(try_read_file(folder.path() / "x") == "1");
    CHECK_FALSE(try_read_file(folder.path() / "none").has_value());
    CHECK_FALSE(try_read_file(folder.path() / "x" / "below").has_value());
    check_throws([&] { try_read_file(folder.path()); }, ErrorCode::Io, "cannot read '");
}

TEST_CASE("pieces are all of a file, also when one reader runs inside another") {
    const TemporaryDirectory folder;
    std::string data;
    while (data.size() < 1'000'000) {
        data += std::to_string(data.size());
    }
    const auto path = folder.path() / "x";
    write_file_atomically(*real_file_system(), path, data, false);
    const FileDescriptor file = open_for_reading(path);
    std::string outer;
    std::string inner;
    const auto append_to = [](std::string& out) {
        return [&out](std::span<const std::byte> piece) {
            out.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        };
    };
    const auto size = read_in_pieces(file, path, [&](std::span<const std::byte> piece) {
        inner.clear();
        CHECK(read_in_pieces(file, path, append_to(inner)) == data.size());
        append_to(outer)(piece);
    });
    CHECK(size == data.size());
    CHECK(outer == data);
    CHECK(inner == data);
}

TEST_CASE("operations on files do what they say and name what they cannot do") {
    const TemporaryDirectory folder;
    const auto files = real_file_system();
    const auto at = [&](const char* name) { return folder.path() / name; };
    files->create_directories(at("a/b/c"));
    files->create_directories(at("a/b"));
    const FileDescriptor file = files->create_file(at("a/f"));
    files->write(file, as_bytes("one"), at("a/f"));
    files->write(file, as_bytes("two"), at("a/f"));
    files->sync_file(file, at("a/f"));
    files->sync_directory(at("a"));
    files->sync_file_system(at("a"));
    CHECK(read_file(at("a/f")) == "onetwo");
    CHECK((::fcntl(file.get(), F_GETFD) & FD_CLOEXEC) != 0);
    check_throws([&] { files->create_file(at("a/f")); }, ErrorCode::Io, "cannot create '");

    files->hard_link(at("a/f"), at("a/g"));
    CHECK(fs::hard_link_count(at("a/f")) == 2);
    check_throws([&] { files->hard_link(at("a/f"), at("a/g")); }, ErrorCode::Io, "hard link '");
    write_file_atomically(*files, at("a/h"), "new", false);
    files->rename(at("a/h"), at("a/g"));
    CHECK(read_file(at("a/g")) == "new");
    check_throws([&] { files->rename(at("a/none"), at("a/g")); }, ErrorCode::NotFound, "rename");

    check_throws([&] { files->remove(at("a")); }, ErrorCode::Io, "cannot remove '");
    CHECK(files->remove(at("a/g")));
    CHECK_FALSE(files->remove(at("a/g")));
    check_throws([&] { files->create_directories(at("a/f/x")); }, ErrorCode::NotFound, "folder '");
    files->remove_all(at("a"));
    files->remove_all(at("a"));
    CHECK(names_in(folder.path()).empty());
    check_throws([&] { files->sync_directory(at("a")); }, ErrorCode::NotFound, "open folder '");
}

TEST_CASE("a reflink shares all bytes or is not made") {
    const TemporaryDirectory folder;
    const auto files = real_file_system();
    write_file_atomically(*files, folder.path() / "a", std::string(10'000, 'a'), false);
    const FileDescriptor source = open_for_reading(folder.path() / "a");
    const FileDescriptor target = files->create_file(folder.path() / "b");
    const bool shared = files->reflink(source, target, folder.path() / "b");
    CHECK(read_file(folder.path() / "b").size() == (shared ? 10'000 : 0));
}

TEST_CASE("temporary folders are there, differ, and go with all in them") {
    fs::path path;
    {
        const TemporaryDirectory parent;
        TemporaryDirectory first(parent.path());
        const TemporaryDirectory second(parent.path());
        CHECK(first.path() != second.path());
        CHECK(first.path().parent_path() == parent.path());
        real_file_system()->create_directories(first.path() / "x/y");
        const TemporaryDirectory moved = std::move(first);
        path = moved.path();
        CHECK(fs::is_directory(path / "x/y"));
    }
    CHECK_FALSE(fs::exists(path));
    check_throws([] { TemporaryDirectory("/proc/none"); }, ErrorCode::NotFound,
                 "cannot create temporary folder in '");
}

TEST_CASE("random names are long and differ") {
    std::set<std::string> names;
    for (int i = 0; i < 100; ++i) {
        names.insert(random_name());
    }
    CHECK(names.size() == 100);
    CHECK(names.begin()->size() == 32);
    CHECK(names.begin()->find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("the faulty disk fails where it is told") {
    const TemporaryDirectory folder;
    const auto try_steps = [&](FaultyFileSystem& files) {
        std::string outcome;
        for (int i = 0; i < 4; ++i) {
            try {
                files.sync_directory(folder.path());
                outcome += '+';
            } catch (const IoError& error) {
                outcome += error.error_code() == std::errc::no_space_on_device ? 'f' : 'c';
            }
        }
        return outcome;
    };
    FaultyFileSystem files;
    CHECK(try_steps(files) == "++++");
    files.fail_at(1, Fault::Once);
    CHECK(try_steps(files) == "+f++");
    files.fail_at(1, Fault::Full);
    CHECK(try_steps(files) == "+fff");
    files.fail_at(1, Fault::Crash);
    CHECK(try_steps(files) == "+ccc");
    files.fail_at(0, Fault::Full, {FileOperation::Write});
    CHECK(try_steps(files) == "++++");
    files.stop_failing();
    CHECK(try_steps(files) == "++++");
    CHECK(files.steps() == 4);
}

} // namespace vitrine
