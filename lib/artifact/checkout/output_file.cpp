// SPDX-License-Identifier: MIT
#include "artifact/checkout/output_file.hpp"

#include "core/throw_errno.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace vitrine {

OutputFile::~OutputFile() {
    if (file_ && !is_kept_) {
        ::unlinkat(folder_.get(), name_.c_str(), 0);
    }
}

bool OutputFile::create(mode_t mode) {
    file_ = FileDescriptor(::openat(folder_.get(), name_.c_str(),
                                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!file_ && errno != EEXIST) {
        throw_errno("create", name_);
    }
    return static_cast<bool>(file_);
}

void OutputFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
        if (written > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        } else if (written == 0 || errno != EINTR) {
            throw_errno("write", name_);
        }
    }
}

void OutputFile::truncate() {
    if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) != 0) {
        throw_errno("truncate", name_);
    }
}

} // namespace vitrine
