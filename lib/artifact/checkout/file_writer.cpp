// SPDX-License-Identifier: MIT
#include "artifact/checkout/file_writer.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "artifact/checkout/output_file.hpp"
#include "core/text.hpp"
#include "core/throw_errno.hpp"
#include "reference/reference_handlers.hpp"
#include "reference/uri.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr mode_t kReadWrite = 0666;
/// Those who share an object must not write to it.
constexpr mode_t kReadOnly = 0444;

/// A new file that bytes are fetched into.
class OutputSink : public ByteSink {
public:
    explicit OutputSink(OutputFile& output) : output_(output) {}

    void write(std::span<const std::byte> bytes) override {
        output_.write(bytes);
        size_ += bytes.size();
    }
    void restart() override {
        output_.empty();
        size_ = 0;
    }
    std::uint64_t size() const noexcept { return size_; }

private:
    OutputFile& output_;
    std::uint64_t size_ = 0;
};

/// What the bytes of an entry must hash to; nothing where nobody ever looked at them.
bool matches(const Entry& entry, const Digests& digests) {
    if (entry.object) {
        return digests.sha256 == *entry.object;
    }
    return !has_md5(entry) || digests.md5.base64() == entry.digest;
}

Digests digests_of(const Entry& entry, const FileDescriptor& file) {
    Hasher hasher(entry.object ? Hash::Sha256 : Hash::Md5);
    read_in_pieces(file, entry.path.str(),
                   [&](std::span<const std::byte> piece) { hasher.update(piece); });
    return hasher.finish();
}

struct ::stat status_of(const std::string& path) {
    struct ::stat status = {};
    if (::stat(path.c_str(), &status) != 0) {
        throw_errno("look at", path);
    }
    return status;
}

} // namespace

bool CopyStrategy::may_share(dev_t device) const {
    const std::lock_guard lock(mutex_);
    return !cannot_share_.contains(device);
}

void CopyStrategy::cannot_share(dev_t device) {
    const std::lock_guard lock(mutex_);
    cannot_share_.insert(device);
}

FileWriter::FileWriter(const LocatedEntry& from, const BytesLocation& place, CopyStrategy& plan)
    : from_(from), place_(place), plan_(plan),
      size_(from.entry.object ? from.entry.object_size : from.entry.size.value_or(0)) {}

/// Where hard links are asked for, an object that cannot be linked to is no less protected.
mode_t FileWriter::mode() const noexcept {
    return plan_.link() == LinkMode::hardlink && is_own() ? kReadOnly : kReadWrite;
}

bool FileWriter::is_equal(const FileDescriptor& file, const struct ::stat& status) {
    const Entry& entry = from_.entry;
    // An ETag of S3 may be the MD5 in hex; no other digest is like a file's by chance.
    const bool may_be_hex = !entry.object && entry.digest.size() == 32;
    const bool is_known = entry.object || has_md5(entry) || may_be_hex;
    if (!is_known ||
        ((entry.object || entry.size) && static_cast<std::uint64_t>(status.st_size) != size_)) {
        return false;
    }
    if (plan_.link() == LinkMode::hardlink && place_.file) {
        const struct ::stat object = status_of(*place_.file);
        return object.st_dev == status.st_dev && object.st_ino == status.st_ino;
    }
    const Digests digests = digests_of(entry, file);
    return may_be_hex ? digests.md5.hex() == entry.digest : matches(entry, digests);
}

bool FileWriter::make(const FileDescriptor& folder, const std::string& name) {
    const Entry& entry = from_.entry;
    if (plan_.link() == LinkMode::hardlink && place_.file) {
        bool is_free = true;
        if (link(folder, name, is_free)) {
            made_by_ = CopyMethod::HardLink;
            return true;
        }
        if (!is_free) {
            return false;
        }
    }
    made_by_ = CopyMethod::Copy;
    OutputFile output(folder, name);
    if (!output.create(mode())) {
        return false;
    }
    const auto tracked = !is_own() && entry.ref ? local_path_of(*entry.ref) : std::nullopt;
    if (place_.packed) {
        output.write(as_bytes(from_.owner->read_packed(entry, *place_.packed)));
    } else if (place_.file || tracked) {
        write_file(output, place_.file ? fs::path(*place_.file) : *tracked);
    } else if (!from_.owner->has_bytes(entry) && from_.owner->can_fetch(entry)) {
        fetch(output); // It leaves no store, so that there is nothing to link to.
    } else {
        output.write(as_bytes(from_.owner->read_located(entry)));
    }
    output.keep();
    return true;
}

/// False where it cannot be linked to: because the name is taken, or because it has as many names
/// as the file system allows.
bool FileWriter::link(const FileDescriptor& folder, const std::string& name, bool& is_free) {
    const std::string& object = *place_.file;
    const struct ::stat status = status_of(object);
    if (static_cast<std::uint64_t>(status.st_size) != size_) {
        throw Error(ErrorCode::Corruption, concat("file ", quoted(from_.entry.path.str()), " of ",
                                                  quoted(from_.owner->name()), ": expected ", size_,
                                                  " bytes, got ", status.st_size));
    }
    // Before it has the second name, so that there is none by which it can be written to.
    if ((status.st_mode & 0777) != kReadOnly && ::chmod(object.c_str(), kReadOnly) != 0) {
        throw_errno("make read-only", object);
    }
    if (::linkat(AT_FDCWD, object.c_str(), folder.get(), name.c_str(), 0) == 0) {
        return true;
    }
    if (errno == EXDEV || errno == EOPNOTSUPP) {
        throw Error(
            ErrorCode::Unsupported,
            concat(quoted(from_.entry.path.str()),
                   " cannot be linked to: hard links need both folders on one file system"));
    }
    if (errno != EEXIST && errno != EMLINK) {
        throw_errno("link to", object);
    }
    is_free = errno == EMLINK;
    return false;
}

void FileWriter::write_file(OutputFile& output, const fs::path& path) {
    const FileDescriptor source = open_for_reading(path);
    const LinkMode link = plan_.link();
    if (link == LinkMode::automatic || link == LinkMode::reflink) {
        struct ::stat status = {};
        if (::fstat(source.get(), &status) != 0) {
            throw_errno("look at", path);
        }
        if (plan_.may_share(status.st_dev)) {
            if (FileSystem().reflink(source, output.file(), path)) {
                made_by_ = CopyMethod::Reflink;
                return;
            }
            plan_.cannot_share(status.st_dev);
        }
        if (link == LinkMode::reflink) {
            throw Error(ErrorCode::Unsupported,
                        concat("this file system cannot share blocks (reflink) for ",
                               quoted(from_.entry.path.str())));
        }
    }
    thread_local Hasher sha256(Hash::Sha256);
    thread_local Hasher md5(Hash::Md5);
    Hasher& hasher = from_.entry.object ? sha256 : md5;
    hasher.reset();
    read_in_pieces(source, path, [&](std::span<const std::byte> piece) {
        hasher.update(piece);
        output.write(piece);
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

void FileWriter::fetch(OutputFile& output) {
    try {
        OutputSink sink(output);
        from_.owner->references()->fetch(from_.entry, sink, plan_.stop());
        size_ = sink.size();
    } catch (Error& error) {
        error.add_context(concat("fetching ", quoted(from_.entry.path.str()), " of ",
                                 quoted(from_.owner->name())));
        throw;
    }
}

bool TextFile::is_equal(const FileDescriptor& file, const struct ::stat& status) {
    if (static_cast<std::uint64_t>(status.st_size) != text_.size()) {
        return false;
    }
    Hasher hasher(Hash::Sha256);
    read_in_pieces(file, "manifest",
                   [&](std::span<const std::byte> piece) { hasher.update(piece); });
    return hasher.finish().sha256 == sha256_of(text_);
}

bool TextFile::make(const FileDescriptor& folder, const std::string& name) {
    OutputFile output(folder, name);
    if (!output.create(kReadWrite)) {
        return false;
    }
    output.write(as_bytes(text_));
    output.keep();
    return true;
}

} // namespace vitrine
