// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <span>

namespace vitrine::test {

/// The real disk, until the process ends in the middle of a step: no destructor runs, nothing is
/// rolled back, and only the kernel releases the locks.
class DyingFileSystem : public FileSystem {
public:
    static constexpr int kStatus = 77;
    explicit DyingFileSystem(std::size_t steps) : left_(static_cast<long>(steps)) {}

    void create_directories(const std::filesystem::path& path) override {
        step();
        FileSystem::create_directories(path);
    }
    FileDescriptor create_file(const std::filesystem::path& path) override {
        step();
        return FileSystem::create_file(path);
    }
    void write(const FileDescriptor& file, std::span<const std::byte> data,
               const std::filesystem::path& path) override {
        if (--left_ < 0) {
            FileSystem::write(file, data.first(data.size() / 2), path);
            ::_exit(kStatus);
        }
        FileSystem::write(file, data, path);
    }
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        step();
        FileSystem::rename(from, to);
    }
    bool remove(const std::filesystem::path& path) override {
        step();
        return FileSystem::remove(path);
    }
    void remove_all(const std::filesystem::path& path) override {
        step();
        FileSystem::remove_all(path);
    }
    void sync_directory(const std::filesystem::path& path) override {
        step();
        FileSystem::sync_directory(path);
    }

private:
    void step() {
        if (--left_ < 0) {
            ::_exit(kStatus);
        }
    }
    std::atomic<long> left_;
};

} // namespace vitrine::test
