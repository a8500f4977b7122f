// SPDX-License-Identifier: MIT
// Measures lower bounds for any store on this machine, using all cores:
//
//     floor write FOLDER FILE     reads every file below FOLDER, hashes it (SHA-256 and MD5),
//                                 writes all bytes once into the new FILE, and flushes it
//     floor hash FOLDER           reads every file below FOLDER and hashes it (SHA-256)
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;

/// Larger files are hashed piece by piece, SHA-256 and MD5 in parallel.
constexpr std::uint64_t kLargeFile = std::uint64_t{16} << 20;
constexpr std::size_t kPiece = std::size_t{4} << 20;

struct Input {
    fs::path path;
    std::uint64_t size = 0;
};

/// Large ones first: they take longest.
std::vector<Input> files_below(const fs::path& folder) {
    std::vector<Input> files;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (item.is_regular_file()) {
            files.push_back({item.path(), item.file_size()});
        }
    }
    std::stable_partition(files.begin(), files.end(),
                          [](const Input& file) { return file.size > kLargeFile; });
    return files;
}

/// The file to which all bytes are written; none if they are only hashed.
class Output {
public:
    explicit Output(const fs::path& path) : path_(path) {
        if (!path_.empty()) {
            file_ = files_.create_file(path_);
        }
    }
    void write(std::span<const std::byte> bytes) {
        if (file_) {
            const std::lock_guard lock(mutex_);
            files_.write(file_, bytes, path_);
        }
    }
    void flush() {
        if (file_) {
            files_.sync_file(file_, path_);
        }
    }
    bool is_file() const { return static_cast<bool>(file_); }

private:
    FileSystem files_;
    fs::path path_;
    FileDescriptor file_;
    std::mutex mutex_;
};

using Buffer = std::unique_ptr<std::byte[]>;

void take_small(const Input& input, Output& output) {
    thread_local const Buffer buffer = std::make_unique_for_overwrite<std::byte[]>(kLargeFile);
    thread_local Hasher both(Hash::Both);
    thread_local Hasher sha256(Hash::Sha256);
    Hasher& hasher = output.is_file() ? both : sha256;
    const FileDescriptor file = open_for_reading(input.path);
    const std::span<std::byte> bytes(buffer.get(), input.size);
    const auto read = bytes.first(read_at(file, bytes, 0, input.path));
    hasher.reset();
    hasher.update(read);
    hasher.finish();
    output.write(read);
}

/// Reads the next piece while one is hashed and written.
void take_large(const Input& input, Output& output) {
    const FileDescriptor file = open_for_reading(input.path);
    Hasher sha256(Hash::Sha256);
    Hasher md5(Hash::Md5);
    Buffer now = std::make_unique_for_overwrite<std::byte[]>(kPiece);
    Buffer next = std::make_unique_for_overwrite<std::byte[]>(kPiece);
    std::size_t size = read_at(file, {now.get(), kPiece}, 0, input.path);
    for (std::uint64_t offset = size; size > 0; offset += size) {
        const std::span<const std::byte> piece(now.get(), size);
        std::size_t following = 0;
        const auto hash_md5 = [&] {
            if (output.is_file()) {
                md5.update(piece);
            }
        };
        oneapi::tbb::parallel_invoke(
            hash_md5, [&] { sha256.update(piece); }, [&] { output.write(piece); },
            [&] {
                following = read_at(file, {next.get(), kPiece}, offset, input.path);
            });
        std::swap(now, next);
        size = following;
    }
    sha256.finish();
    md5.finish();
}

void run(const fs::path& folder, const fs::path& target) {
    const std::vector<Input> files = files_below(folder);
    Output output(target);
    oneapi::tbb::parallel_for(std::size_t{0}, files.size(), [&](std::size_t i) {
        files[i].size > kLargeFile ? take_large(files[i], output) : take_small(files[i], output);
    });
    output.flush();
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc > 1 ? argv[1] : "";
    try {
        if (verb == "write" && argc == 4) {
            run(argv[2], argv[3]);
        } else if (verb == "hash" && argc == 3) {
            run(argv[2], {});
        } else {
            std::cerr << "usage: floor write FOLDER FILE | floor hash FOLDER\n";
            return 2;
        }
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        std::cerr << "floor: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
