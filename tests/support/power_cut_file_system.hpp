// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"
#include "support/disk_log.hpp"

#include <memory>

namespace vitrine::test {

/// The real disk, with a log of all changes. SimulatedDisk computes from the log what a power cut
/// at any step would leave, so an operation needs to run only once to be cut everywhere. Files are
/// not really flushed, since no power is cut.
class PowerCutFileSystem : public FileSystem {
public:
    explicit PowerCutFileSystem(std::shared_ptr<DiskLog> log) : log_(std::move(log)) {}

    void create_directories(const std::filesystem::path& path) override;
    FileDescriptor create_file(const std::filesystem::path& path) override;
    FileDescriptor open_for_appending(const std::filesystem::path& path) override;
    void truncate(const FileDescriptor& file, std::uint64_t size,
                  const std::filesystem::path& path) override;
    void write(const FileDescriptor& file, std::span<const std::byte> data,
               const std::filesystem::path& path) override;
    bool reflink(const FileDescriptor& source, const FileDescriptor& target,
                 const std::filesystem::path& path) override;
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
    void hard_link(const std::filesystem::path& from, const std::filesystem::path& to) override;
    bool remove(const std::filesystem::path& path) override;
    void remove_all(const std::filesystem::path& path) override;
    void sync_file(const FileDescriptor& file, const std::filesystem::path& path) override;
    void sync_directory(const std::filesystem::path& path) override;
    void sync_file_system(const std::filesystem::path& path) override;

private:
    std::shared_ptr<DiskLog> log_;
};

} // namespace vitrine::test
