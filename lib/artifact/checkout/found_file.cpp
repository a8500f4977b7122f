// SPDX-License-Identifier: MIT
#include "artifact/checkout/found_file.hpp"

#include <vitrine/core/error.hpp>

#include <fcntl.h>

#include <cstddef>
#include <span>

namespace vitrine {

namespace {

/// The digests of all bytes of an open file; nothing if they cannot be read.
std::optional<Digests> try_hash(const FileDescriptor& file, const std::string& name, Hash which) {
    Hasher hasher(which);
    try {
        read_in_pieces(file, name, [&](std::span<const std::byte> piece) { hasher.update(piece); });
    } catch (const IoError&) {
        return std::nullopt;
    }
    return hasher.finish();
}

} // namespace

const FileDescriptor* FoundFile::file() {
    if (!is_tried_) {
        is_tried_ = true;
        // O_NONBLOCK: what became a FIFO since it was looked at must not be waited for.
        const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (through_link_ ? 0 : O_NOFOLLOW);
        file_ = FileDescriptor(::openat(folder_, name_.c_str(), flags));
        struct ::stat status = {};
        if (file_ && (::fstat(file_.get(), &status) != 0 || !is_unchanged(status_, status))) {
            file_.close();
        }
    }
    return file_ ? &file_ : nullptr;
}

std::optional<Sha256> FoundFile::sha256() {
    if (!sha256_ && file() != nullptr) {
        if (const auto digests = try_hash(file_, name_, Hash::Sha256)) {
            sha256_ = digests->sha256;
        }
    }
    return sha256_;
}

std::optional<Digests> FoundFile::digests() {
    return file() != nullptr ? try_hash(file_, name_, Hash::Both) : std::nullopt;
}

bool is_unchanged(const struct ::stat& before, const struct ::stat& after) {
    if (before.st_dev != after.st_dev || before.st_ino != after.st_ino ||
        (before.st_mode & S_IFMT) != (after.st_mode & S_IFMT)) {
        return false;
    }
    if (S_ISDIR(before.st_mode)) {
        return true;
    }
    return before.st_size == after.st_size && before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
           before.st_mtim.tv_nsec == after.st_mtim.tv_nsec;
}

} // namespace vitrine
