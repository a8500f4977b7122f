// SPDX-License-Identifier: MIT
#include "artifact/checkout/file_writer.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "artifact/checkout/output_file.hpp"
#include "core/linkless.hpp"
#include "core/text.hpp"
#include "core/throw_errno.hpp"
#include "engine/engine.hpp"
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
/// A file that shares an object must not be written to.
constexpr mode_t kReadOnly = 0444;

/// Writes fetched bytes to a new file.
class OutputSink : public ByteSink {
public:
    explicit OutputSink(OutputFile& output) : output_(output) {}

    void write(std::span<const std::byte> bytes) override {
        output_.write(bytes);
        size_ += bytes.size();
    }
    void restart() override {
        output_.truncate();
        size_ = 0;
    }
    std::uint64_t size() const noexcept { return size_; }

private:
    OutputFile& output_;
    std::uint64_t size_ = 0;
};

/// Returns whether bytes are those of an entry. An entry without a digest matches any.
bool matches(const Entry& entry, const Digests& digests) {
    if (entry.object) {
        return digests.sha256 == *entry.object;
    }
    return !has_md5(entry) || digests.md5.base64() == entry.digest;
}

/// An ETag of S3 may be the MD5 in hex. No other digest has that form.
bool may_be_hex_md5(const Entry& entry) {
    return !entry.object && entry.digest.size() == 32;
}

struct ::stat status_of(const FileDescriptor& file, const fs::path& path) {
    struct ::stat status = {};
    if (::fstat(file.get(), &status) != 0) {
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

FileWriter::FileWriter(const LocatedEntry& from, const BytesLocation& location,
                       CopyStrategy& strategy)
    : from_(from), location_(location), strategy_(strategy),
      size_(from.entry.object ? from.entry.object_size : from.entry.size.value_or(0)) {}

/// A copy among hard links is read-only, as they are.
mode_t FileWriter::mode() const noexcept {
    return strategy_.link() == LinkMode::hardlink && is_stored() ? kReadOnly : kReadWrite;
}

bool FileWriter::has_right_bytes(FoundFile& found) const {
    const Entry& entry = from_.entry;
    if ((entry.object || entry.size) && found.size() != size_) {
        return false;
    }
    if (entry.object) {
        return found.sha256() == entry.object;
    }
    const auto digests = has_digest() ? found.digests() : std::nullopt;
    return digests &&
           (may_be_hex_md5(entry) ? digests->md5.hex() : digests->md5.base64()) == entry.digest;
}

bool FileWriter::has_digest() const {
    return from_.entry.object || has_md5(from_.entry) || may_be_hex_md5(from_.entry);
}

Likeness FileWriter::compare(FoundFile& found) {
    const bool wants_link = strategy_.link() == LinkMode::hardlink && location_.file;
    // Only a file with several names can be a hard link to the object.
    if (location_.file && found.status().st_nlink > 1 && !found.through_link()) {
        struct ::stat object = {};
        if (::lstat(location_.file->c_str(), &object) != 0) {
            throw_errno("look at", *location_.file);
        }
        if (object.st_dev == found.status().st_dev && object.st_ino == found.status().st_ino) {
            return wants_link ? Likeness::Right : Likeness::Remake;
        }
    }
    if (!has_right_bytes(found)) {
        return Likeness::Other;
    }
    was_read_ = true;
    return wants_link && !found.through_link() ? Likeness::Remake : Likeness::Right;
}

bool FileWriter::create(const FileDescriptor& folder, const std::string& name) {
    const Entry& entry = from_.entry;
    if (strategy_.link() == LinkMode::hardlink && location_.file) {
        const Link made = link(folder, name);
        if (made != Link::TooMany) {
            method_ = CopyMethod::HardLink;
            return made == Link::Made;
        }
    }
    method_ = CopyMethod::Copy;
    OutputFile output(folder, name);
    if (!output.create(mode())) {
        return false;
    }
    const auto tracked = !is_stored() && entry.ref ? local_path_of(*entry.ref) : std::nullopt;
    if (location_.packed) {
        output.write(as_bytes(read_packed()));
    } else if (location_.file || tracked) {
        write_file(output, location_.file ? fs::path(*location_.file) : *tracked);
    } else if (!from_.owner->has_bytes(entry) && from_.can_fetch()) {
        fetch(output);
    } else {
        output.write(as_bytes(from_.read()));
    }
    struct ::stat status = {};
    if (::fstat(output.file().get(), &status) == 0) {
        written_ = status;
    }
    output.keep();
    return true;
}

std::string FileWriter::read_packed() const {
    try {
        return from_.owner->open_version()->store().objects.read(*location_.packed);
    } catch (Error& error) {
        error.add_context(concat("reading ", quoted(from_.entry.path.str()), " of ",
                                 quoted(from_.owner->name())));
        throw;
    }
}

FileWriter::Link FileWriter::link(const FileDescriptor& folder, const std::string& name) const {
    const fs::path object = *location_.file;
    const FileDescriptor file = open_linkless(object);
    const struct ::stat status = status_of(file, object);
    if (static_cast<std::uint64_t>(status.st_size) != size_) {
        throw Error(ErrorCode::Corruption, concat("file ", quoted(from_.entry.path.str()), " of ",
                                                  quoted(from_.owner->name()), ": expected ", size_,
                                                  " bytes, got ", status.st_size));
    }
    // Done before the second name exists, so that no name ever allows to write to the object.
    if ((status.st_mode & 0777) != kReadOnly && ::fchmod(file.get(), kReadOnly) != 0) {
        throw_errno("make read-only", object);
    }
    const FileDescriptor around = open_linkless_folder(object.parent_path());
    if (::linkat(around.get(), object.filename().c_str(), folder.get(), name.c_str(), 0) == 0) {
        return Link::Made;
    }
    if (errno == EXDEV || errno == EOPNOTSUPP) {
        throw Error(
            ErrorCode::Unsupported,
            concat(quoted(from_.entry.path.str()),
                   " cannot be linked to: hard links need both folders on one file system"));
    }
    if (errno == EEXIST) {
        return Link::NameTaken;
    }
    if (errno == EMLINK) {
        return Link::TooMany; // The object has as many names as the file system allows.
    }
    throw_errno("link to", object);
}

void FileWriter::write_file(OutputFile& output, const fs::path& path) {
    const FileDescriptor source = is_stored() ? open_linkless(path) : open_for_reading(path);
    const LinkMode link = strategy_.link();
    if (link == LinkMode::automatic || link == LinkMode::reflink) {
        const dev_t device = status_of(source, path).st_dev;
        if (strategy_.may_share(device)) {
            if (FileSystem().reflink(source, output.file(), path)) {
                method_ = CopyMethod::Reflink;
                return;
            }
            strategy_.cannot_share(device);
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
        from_.owner->references()->fetch(from_.entry, sink, strategy_.stop());
        size_ = sink.size();
    } catch (Error& error) {
        error.add_context(concat("fetching ", quoted(from_.entry.path.str()), " of ",
                                 quoted(from_.owner->name())));
        throw;
    }
}

Likeness TextFile::compare(FoundFile& found) {
    return found.size() == text_.size() && found.sha256() == sha256_of(text_) ? Likeness::Right
                                                                              : Likeness::Other;
}

bool TextFile::can_remake(FoundFile& found) {
    const FileDescriptor* file = found.file();
    if (!can_remake_ || file == nullptr) {
        return false;
    }
    std::string text;
    read_in_pieces(*file, "manifest", [&](std::span<const std::byte> piece) {
        text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    });
    return can_remake_(text);
}

bool TextFile::create(const FileDescriptor& folder, const std::string& name) {
    OutputFile output(folder, name);
    if (!output.create(kReadWrite)) {
        return false;
    }
    output.write(as_bytes(text_));
    output.keep();
    return true;
}

} // namespace vitrine
