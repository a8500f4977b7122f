// SPDX-License-Identifier: MIT
#include "support/disk_log.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

namespace vitrine::test {

namespace fs = std::filesystem;
using Kind = DiskStep::Kind;

DiskLog::DiskLog(fs::path root) : root_(std::move(root)) {
    begin_with(root_);
    sync_all();
}

/// The contents of a folder, as if they had just been written.
void DiskLog::begin_with(const fs::path& path) {
    for (const auto& item : fs::directory_iterator(path)) {
        if (item.is_directory()) {
            make_folder(item.path());
            begin_with(item.path());
        } else {
            create_file(open_for_reading(item.path()).get(), item.path());
            DiskStep step{Kind::Write};
            step.file = number_of(item.path());
            step.bytes = read_file(item.path());
            add(std::move(step));
        }
    }
}

std::vector<DiskStep> DiskLog::steps() const {
    const auto lock = hold();
    return steps_;
}

std::size_t DiskLog::size() const {
    const auto lock = hold();
    return steps_.size();
}

std::size_t DiskLog::syncs_since(std::size_t first) const {
    const auto lock = hold();
    return static_cast<std::size_t>(
        std::count_if(steps_.begin() + static_cast<std::ptrdiff_t>(first), steps_.end(),
                      [](const DiskStep& step) { return step.is_sync(); }));
}

void DiskLog::add(DiskStep step) {
    const auto lock = hold();
    steps_.push_back(std::move(step));
}

bool DiskLog::relative(const fs::path& path, fs::path& below) const {
    below = fs::absolute(path).lexically_normal().lexically_relative(root_);
    if (below == ".") {
        below.clear();
        return true;
    }
    return !below.empty() && *below.begin() != "..";
}

std::uint64_t DiskLog::number_of(int descriptor) const {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        throw std::system_error(errno, std::generic_category(), "fstat");
    }
    const auto found = numbers_.find({status.st_dev, status.st_ino});
    return found == numbers_.end() ? 0 : found->second;
}

std::uint64_t DiskLog::number_of(const fs::path& path) const {
    const auto lock = hold();
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return 0;
    }
    const auto found = numbers_.find({status.st_dev, status.st_ino});
    return found == numbers_.end() ? 0 : found->second;
}

// ---- Names

void DiskLog::make_folder(const fs::path& path) {
    fs::path below;
    if (relative(path, below)) {
        add({Kind::MakeFolder, below});
    }
}

void DiskLog::create_file(int descriptor, const fs::path& path, bool of_database) {
    fs::path below;
    if (!relative(path, below)) {
        return;
    }
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        throw std::system_error(errno, std::generic_category(), "fstat");
    }
    const auto lock = hold();
    // The inode number of a deleted file may be in use again.
    DiskStep step{Kind::CreateFile, below};
    step.file = numbers_[{status.st_dev, status.st_ino}] = next_number_++;
    step.of_database = of_database;
    add(std::move(step));
}

void DiskLog::rename(const fs::path& from, const fs::path& to) {
    DiskStep step{Kind::Rename};
    if (relative(from, step.path) && relative(to, step.to)) {
        add(std::move(step));
    }
}

void DiskLog::link(const fs::path& from, const fs::path& to) {
    DiskStep step{Kind::Link};
    if (relative(from, step.path) && relative(to, step.to)) {
        add(std::move(step));
    }
}

void DiskLog::remove(const fs::path& path, bool of_database) {
    DiskStep step{Kind::Remove};
    if (relative(path, step.path)) {
        step.of_database = of_database;
        add(std::move(step));
    }
}

// ---- Bytes

void DiskLog::write(int descriptor, std::uint64_t offset, std::string_view bytes) {
    const auto lock = hold();
    DiskStep step{Kind::Write};
    step.file = number_of(descriptor);
    step.offset = offset;
    step.bytes = bytes;
    if (step.file != 0) {
        add(std::move(step));
    }
}

void DiskLog::truncate(int descriptor, std::uint64_t size) {
    const auto lock = hold();
    DiskStep step{Kind::Truncate};
    step.file = number_of(descriptor);
    step.offset = size;
    if (step.file != 0) {
        add(std::move(step));
    }
}

// ---- Flushes

void DiskLog::sync_file(int descriptor) {
    const auto lock = hold();
    DiskStep step{Kind::SyncFile};
    step.file = number_of(descriptor);
    if (step.file != 0) {
        add(std::move(step));
    }
}

void DiskLog::sync_folder(const fs::path& path, bool of_database) {
    DiskStep step{Kind::SyncFolder};
    if (relative(path, step.path)) {
        step.of_database = of_database;
        add(std::move(step));
    }
}

void DiskLog::sync_all() {
    add({Kind::SyncAll});
}

} // namespace vitrine::test
