// SPDX-License-Identifier: MIT
#include "support/power_cut_file_system.hpp"

#include <system_error>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

// The log is held while a step is made, so that it has the steps of many threads in their order.

void PowerCutFileSystem::create_directories(const fs::path& path) {
    const auto held = log_->hold();
    std::vector<fs::path> missing;
    for (fs::path folder = fs::absolute(path); !fs::exists(folder); folder = folder.parent_path()) {
        missing.push_back(folder);
    }
    FileSystem::create_directories(path);
    for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
        log_->make_folder(*folder);
    }
}

FileDescriptor PowerCutFileSystem::create_file(const fs::path& path) {
    const auto held = log_->hold();
    FileDescriptor file = FileSystem::create_file(path);
    log_->create_file(file.get(), path);
    return file;
}

FileDescriptor PowerCutFileSystem::open_for_appending(const fs::path& path) {
    const auto held = log_->hold();
    const bool is_new = !fs::exists(path);
    FileDescriptor file = FileSystem::open_for_appending(path);
    if (is_new) {
        log_->create_file(file.get(), path);
    }
    return file;
}

void PowerCutFileSystem::truncate(const FileDescriptor& file, std::uint64_t size,
                                  const fs::path& path) {
    const auto held = log_->hold();
    FileSystem::truncate(file, size, path);
    log_->truncate(file.get(), size);
}

void PowerCutFileSystem::write(const FileDescriptor& file, std::span<const std::byte> data,
                               const fs::path& path) {
    const auto held = log_->hold();
    // All that the store writes, it writes at the end.
    const std::uint64_t offset = file_size(file, path);
    FileSystem::write(file, data, path);
    log_->write(file.get(), offset, {reinterpret_cast<const char*>(data.data()), data.size()});
}

bool PowerCutFileSystem::reflink(const FileDescriptor& source, const FileDescriptor& target,
                                 const fs::path& path) {
    const auto held = log_->hold();
    const bool shared = FileSystem::reflink(source, target, path);
    if (shared) {
        log_->write(target.get(), 0, read_file(path));
    }
    return shared;
}

void PowerCutFileSystem::rename(const fs::path& from, const fs::path& to) {
    const auto held = log_->hold();
    FileSystem::rename(from, to);
    log_->rename(from, to);
}

void PowerCutFileSystem::hard_link(const fs::path& from, const fs::path& to) {
    const auto held = log_->hold();
    FileSystem::hard_link(from, to);
    log_->link(from, to);
}

bool PowerCutFileSystem::remove(const fs::path& path) {
    const auto held = log_->hold();
    const bool removed = FileSystem::remove(path);
    if (removed) {
        log_->remove(path);
    }
    return removed;
}

void PowerCutFileSystem::remove_all(const fs::path& path) {
    const auto held = log_->hold();
    if (fs::is_directory(fs::symlink_status(path))) {
        std::vector<fs::path> items;
        for (const auto& item : fs::directory_iterator(path)) {
            items.push_back(item.path());
        }
        for (const fs::path& item : items) {
            remove_all(item);
        }
    }
    remove(path);
}

void PowerCutFileSystem::sync_file(const FileDescriptor& file, const fs::path&) {
    log_->sync_file(file.get());
}

void PowerCutFileSystem::sync_directory(const fs::path& path) {
    log_->sync_folder(path);
}

void PowerCutFileSystem::sync_file_system(const fs::path&) {
    log_->sync_all();
}

} // namespace vitrine::test
