// SPDX-License-Identifier: MIT
#include "support/faulty_file_system.hpp"

#include <unistd.h>

#include <utility>

namespace vitrine::test {

FaultyFileSystem::FaultyFileSystem(std::shared_ptr<FileSystem> below) : below_(std::move(below)) {}

void FaultyFileSystem::fail_at(std::size_t step, Fault fault, std::set<FileOperation> kinds) {
    const std::lock_guard lock(mutex_);
    armed_ = true;
    failing_step_ = step;
    fault_ = fault;
    kinds_ = std::move(kinds);
    steps_ = 0;
    has_failed_ = false;
}

void FaultyFileSystem::stop_failing() {
    const std::lock_guard lock(mutex_);
    armed_ = false;
    kinds_.clear();
    steps_ = 0;
    has_failed_ = false;
}

std::size_t FaultyFileSystem::steps() const {
    const std::lock_guard lock(mutex_);
    return steps_;
}

bool FaultyFileSystem::has_failed() const {
    const std::lock_guard lock(mutex_);
    return has_failed_;
}

FaultyFileSystem::Outcome FaultyFileSystem::next(FileOperation kind) {
    const std::lock_guard lock(mutex_);
    if (has_failed_ && fault_ == Fault::Crash) {
        return {true, false};
    }
    if (!kinds_.empty() && !kinds_.contains(kind)) {
        return {};
    }
    const std::size_t step = steps_++;
    if (!armed_ || step < failing_step_ || (fault_ == Fault::Once && step > failing_step_)) {
        return {};
    }
    return {true, !std::exchange(has_failed_, true)};
}

void FaultyFileSystem::fail(const std::filesystem::path& path) const {
    if (fault_ == Fault::Die) {
        ::_exit(kDeadStatus);
    }
    const auto reason =
        fault_ == Fault::Crash ? std::errc::io_error : std::errc::no_space_on_device;
    throw IoError("change", path, std::make_error_code(reason));
}

void FaultyFileSystem::step(FileOperation kind, const std::filesystem::path& path) {
    if (next(kind).fails) {
        fail(path);
    }
}

void FaultyFileSystem::create_directories(const std::filesystem::path& path) {
    step(FileOperation::CreateDirectories, path);
    below_->create_directories(path);
}

FileDescriptor FaultyFileSystem::create_file(const std::filesystem::path& path) {
    step(FileOperation::CreateFile, path);
    return below_->create_file(path);
}

FileDescriptor FaultyFileSystem::open_for_appending(const std::filesystem::path& path) {
    step(FileOperation::OpenForAppending, path);
    return below_->open_for_appending(path);
}

void FaultyFileSystem::truncate(const FileDescriptor& file, std::uint64_t size,
                                const std::filesystem::path& path) {
    step(FileOperation::Truncate, path);
    below_->truncate(file, size, path);
}

void FaultyFileSystem::write(const FileDescriptor& file, std::span<const std::byte> data,
                             const std::filesystem::path& path) {
    const Outcome outcome = next(FileOperation::Write);
    if (outcome.is_first) {
        below_->write(file, data.first(data.size() / 2), path);
    }
    if (outcome.fails) {
        fail(path);
    }
    below_->write(file, data, path);
}

bool FaultyFileSystem::reflink(const FileDescriptor& source, const FileDescriptor& target,
                               const std::filesystem::path& path) {
    step(FileOperation::Reflink, path);
    return below_->reflink(source, target, path);
}

void FaultyFileSystem::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
    step(FileOperation::Rename, to);
    below_->rename(from, to);
}

void FaultyFileSystem::hard_link(const std::filesystem::path& from,
                                 const std::filesystem::path& to) {
    step(FileOperation::HardLink, to);
    below_->hard_link(from, to);
}

bool FaultyFileSystem::remove(const std::filesystem::path& path) {
    step(FileOperation::Remove, path);
    return below_->remove(path);
}

void FaultyFileSystem::remove_all(const std::filesystem::path& path) {
    step(FileOperation::RemoveAll, path);
    below_->remove_all(path);
}

void FaultyFileSystem::sync_file(const FileDescriptor& file, const std::filesystem::path& path) {
    step(FileOperation::SyncFile, path);
    below_->sync_file(file, path);
}

void FaultyFileSystem::sync_directory(const std::filesystem::path& path) {
    step(FileOperation::SyncDirectory, path);
    below_->sync_directory(path);
}

void FaultyFileSystem::sync_file_system(const std::filesystem::path& path) {
    step(FileOperation::SyncFileSystem, path);
    below_->sync_file_system(path);
}

} // namespace vitrine::test
