// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"
#include "core/throw_errno.hpp"

#include <boost/filesystem/operations.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{256} * 1024;

/// Borrows the thread's read buffer; a nested reader makes another one.
class PieceBuffer {
public:
    PieceBuffer() : bytes_(std::move(spare())) {
        if (!bytes_) {
            bytes_ = std::make_unique_for_overwrite<std::byte[]>(kBufferBytes);
        }
    }
    PieceBuffer(const PieceBuffer&) = delete;
    PieceBuffer& operator=(const PieceBuffer&) = delete;
    ~PieceBuffer() { spare() = std::move(bytes_); }

    std::span<std::byte> span() const { return {bytes_.get(), kBufferBytes}; }

private:
    static std::unique_ptr<std::byte[]>& spare() {
        thread_local std::unique_ptr<std::byte[]> buffer;
        return buffer;
    }

    std::unique_ptr<std::byte[]> bytes_;
};

[[noreturn]] void fail_too_large(const fs::path& path, std::uint64_t limit) {
    throw Error(ErrorCode::InvalidFormat,
                concat(quoted(path.native()), " is too large: expected at most ", limit, " bytes"));
}

} // namespace

std::string read_file(const FileDescriptor& file, const fs::path& path, std::uint64_t limit) {
    // The size is only a hint: a file may grow while it is read, and some have none.
    const std::uint64_t size = file_size(file, path);
    if (size > limit) {
        fail_too_large(path, limit);
    }
    std::string data;
    std::size_t filled = 0;
    std::size_t wanted = static_cast<std::size_t>(size) + 1;
    for (;;) {
        data.resize(wanted);
        const auto room = std::as_writable_bytes(std::span(data)).subspan(filled);
        filled += read_at(file, room, filled, path);
        if (filled > limit) {
            fail_too_large(path, limit);
        }
        if (filled < wanted) {
            data.resize(filled);
            return data;
        }
        wanted = std::max(wanted * 2, kBufferBytes);
    }
}

std::uint64_t file_size(const FileDescriptor& file, const fs::path& path) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        throw_errno("read", path);
    }
    return static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
}

std::size_t read_at(const FileDescriptor& file, std::span<std::byte> out, std::uint64_t offset,
                    const fs::path& path) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        const ssize_t got = ::pread(file.get(), out.data() + filled, out.size() - filled,
                                    static_cast<off_t>(offset + filled));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw_errno("read", path);
        }
        if (got == 0) {
            break;
        }
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

FileDescriptor open_for_reading(const fs::path& path) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        throw_errno("open", path);
    }
    return file;
}

std::string read_file(const fs::path& path, std::uint64_t limit) {
    return read_file(open_for_reading(path), path, limit);
}

std::optional<std::string> try_read_file(const fs::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        throw_errno("open", path);
    }
    return read_file(file, path);
}

std::uint64_t read_in_pieces(const FileDescriptor& file, const fs::path& path,
                             const std::function<void(std::span<const std::byte>)>& consume) {
    const PieceBuffer buffer;
    std::uint64_t offset = 0;
    for (;;) {
        const std::size_t size = read_at(file, buffer.span(), offset, path);
        if (size > 0) {
            consume(buffer.span().first(size));
        }
        offset += size;
        if (size < buffer.span().size()) {
            return offset;
        }
    }
}

void read_range_in_pieces(const FileDescriptor& file, std::uint64_t offset, std::uint64_t size,
                          const fs::path& path,
                          const std::function<void(std::span<const std::byte>)>& consume) {
    const PieceBuffer buffer;
    while (size > 0) {
        const auto wanted = std::min<std::uint64_t>(size, buffer.span().size());
        const std::size_t got = read_at(file, buffer.span().first(wanted), offset, path);
        if (got == 0) {
            return;
        }
        consume(buffer.span().first(got));
        offset += got;
        size -= got;
    }
}

std::string random_name() {
    boost::system::error_code error;
    const auto name = boost::filesystem::unique_path(std::string(32, '%'), error);
    if (error) {
        throw Error(ErrorCode::Io,
                    concat("the operating system returned no random bytes: ", error.message()));
    }
    return name.native();
}

TemporaryDirectory::TemporaryDirectory(const fs::path& parent) {
    const fs::path base = parent.empty() ? fs::temp_directory_path() : parent;
    std::string name = (base / "vitrine-XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr) {
        throw_errno("create temporary folder in", base);
    }
    path_ = name;
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryDirectory::~TemporaryDirectory() {
    if (!path_.empty()) {
        // A destructor cannot report errors; what remains is in the system's temporary folder.
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
}

} // namespace vitrine
