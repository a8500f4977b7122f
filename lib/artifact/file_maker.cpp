// SPDX-License-Identifier: MIT
#include "artifact/file_maker.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/reference_handlers.hpp"
#include "reference/uri.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
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

/// A new file that bytes are fetched into.
class FileSink : public ByteSink {
public:
    explicit FileSink(const fs::path& path) : path_(path), file_(files_.create_file(path)) {}

    void write(std::span<const std::byte> bytes) override {
        files_.write(file_, bytes, path_);
        size_ += bytes.size();
    }
    void restart() override {
        if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) != 0) {
            throw IoError("empty", path_, std::error_code(errno, std::generic_category()));
        }
        size_ = 0;
    }
    std::uint64_t size() const noexcept { return size_; }

private:
    FileSystem files_;
    const fs::path& path_;
    FileDescriptor file_;
    std::uint64_t size_ = 0;
};

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

FileMaker::FileMaker(const LocatedEntry& from, LinkMode link, std::stop_token stop)
    : from_(from), link_(link), stop_(std::move(stop)) {
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
    // An ETag of S3 may be the MD5 in hex; no other digest is like a file's by chance.
    const bool may_be_hex = !entry.object && entry.digest.size() == 32;
    const bool is_known = entry.object || has_md5(entry) || may_be_hex;
    if (!is_known || ((entry.object || entry.size) && size_of(file) != size_)) {
        return false;
    }
    Hasher hasher(hash_for(entry));
    read_in_pieces(file, entry.path.str(),
                   [&](std::span<const std::byte> piece) { hasher.update(piece); });
    const Digests digests = hasher.finish();
    return may_be_hex ? digests.md5.hex() == entry.digest : matches(entry, digests);
}

void FileMaker::make(const fs::path& path) {
    if (!from_.owner->has_bytes(from_.entry) && from_.owner->can_fetch(from_.entry)) {
        fetch_to(path); // It leaves no store, so that there is nothing to link to.
        return;
    }
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

void FileMaker::fetch_to(const fs::path& path) {
    try {
        FileSink sink(path);
        from_.owner->references()->fetch(from_.entry, sink, stop_);
        size_ = sink.size();
    } catch (Error& error) {
        error.add_context(concat("fetching ", quoted(from_.entry.path.str()), " of ",
                                 quoted(from_.owner->name())));
        throw;
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
