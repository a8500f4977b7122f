// SPDX-License-Identifier: MIT
#include "artifact/file_maker.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/uri.hpp"

#include <sys/stat.h>

#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Those who share an object must not write to it.
constexpr mode_t kReadOnly = 0444;

std::uint64_t size_of(const FileDescriptor& file) {
    struct ::stat status = {};
    return ::fstat(file.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// What the bytes of an entry must hash to; nothing where nobody ever looked at them.
bool matches(const Entry& entry, const Digests& digests) {
    if (entry.object) {
        return digests.sha256 == *entry.object;
    }
    return !has_md5(entry) || digests.md5.base64() == entry.digest;
}

Hash hash_for(const Entry& entry) {
    return entry.object ? Hash::Sha256 : Hash::Md5;
}

} // namespace

FileMaker::FileMaker(const LocatedEntry& from, LinkMode link) : from_(from), link_(link) {
    const Entry& entry = from_.entry;
    size_ = entry.object ? entry.object_size : entry.size.value_or(0);
    if (from_.owner->has_bytes(entry)) {
        source_ = from_.owner->bytes_path(entry);
    } else if (entry.ref) {
        source_ = local_path_of(*entry.ref);
    }
}

bool FileMaker::is_equal(const FileDescriptor& file) const {
    const Entry& entry = from_.entry;
    const bool is_known = entry.object || has_md5(entry);
    if (!is_known || ((entry.object || entry.size) && size_of(file) != size_)) {
        return false;
    }
    Hasher hasher(hash_for(entry));
    read_in_pieces(file, entry.path.str(),
                   [&](std::span<const std::byte> piece) { hasher.update(piece); });
    return matches(entry, hasher.finish());
}

void FileMaker::make(const fs::path& path) const {
    if (link_ == LinkMode::hardlink && source_) {
        link_to(path);
        return;
    }
    if (link_ == LinkMode::hardlink || (link_ == LinkMode::reflink && !source_)) {
        throw Error(ErrorCode::Unsupported,
                    concat(quoted(from_.entry.path.str()),
                           " does not lie in a file of its own and cannot be linked to"));
    }
    if (source_) {
        copy_to(path);
    } else {
        make_file(path, from_.owner->read_located(from_.entry));
    }
}

void FileMaker::link_to(const fs::path& path) const {
    FileSystem().hard_link(*source_, path);
    if (::chmod(path.c_str(), kReadOnly) != 0) {
        throw IoError("make read-only", path, std::error_code(errno, std::generic_category()));
    }
}

void FileMaker::copy_to(const fs::path& path) const {
    FileSystem files;
    const FileDescriptor source = open_for_reading(*source_);
    const FileDescriptor target = files.create_file(path);
    if (link_ != LinkMode::copy && files.reflink(source, target, path)) {
        return;
    }
    if (link_ == LinkMode::reflink) {
        throw Error(ErrorCode::Unsupported,
                    concat("this file system cannot share blocks (reflink) for ",
                           quoted(from_.entry.path.str())));
    }
    Hasher hasher(hash_for(from_.entry));
    read_in_pieces(source, *source_, [&](std::span<const std::byte> piece) {
        hasher.update(piece);
        files.write(target, piece, path);
    });
    const Digests digests = hasher.finish();
    if (!matches(from_.entry, digests)) {
        const bool by_object = from_.entry.object.has_value();
        throw DigestMismatch(
            concat("file ", quoted(from_.entry.path.str()), " of ", quoted(from_.owner->name())),
            by_object ? from_.entry.object->hex() : from_.entry.digest,
            by_object ? digests.sha256.hex() : digests.md5.base64());
    }
}

bool holds(const FileDescriptor& file, std::string_view text) {
    if (size_of(file) != text.size()) {
        return false;
    }
    Hasher hasher(Hash::Sha256);
    read_in_pieces(file, "manifest",
                   [&](std::span<const std::byte> piece) { hasher.update(piece); });
    return hasher.finish().sha256 == sha256_of(text);
}

void make_file(const fs::path& path, std::string_view text) {
    FileSystem files;
    files.write(files.create_file(path), as_bytes(text), path);
}

} // namespace vitrine
