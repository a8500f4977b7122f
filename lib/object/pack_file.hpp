// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace vitrine {

/// An object in a pack.
struct PackItem {
    Sha256 object;
    std::uint64_t size = 0;
    std::uint64_t offset = 0; ///< from the start of the file
    bool operator==(const PackItem&) const = default;
};

/// A complete pack.
struct SealedPack {
    Sha256 name; ///< SHA-256 of the index
    std::uint64_t size = 0;
    std::uint64_t items = 0;
};

/// Writes a pack (FORMAT.md): the bytes of many small objects one after the other, then an index.
/// The file is created when the buffer is first written out. After an IoError the writer is as it
/// was before the call, which can be repeated. Used by one thread at a time.
class PackWriter {
public:
    /// `early`: the system starts to write the bytes to the disk at once, for a flush that follows.
    PackWriter(FileSystem& files, std::filesystem::path path, bool early = false);

    /// Appends an object and returns its offset. Requires: the pack does not hold it yet.
    /// Throws: InvalidArgument for more than kPackBufferBytes; IoError.
    std::uint64_t add(const Sha256& object, std::span<const std::byte> bytes);
    /// Writes the buffer out, so that all bytes can be read from path(). Throws: IoError.
    void flush();
    /// Writes the index and the footer. The writer cannot be used after that. Throws: IoError.
    SealedPack finish();

    const std::filesystem::path& path() const noexcept { return path_; }
    /// The size of the file so far: the first line and the objects.
    std::uint64_t size() const noexcept { return written_ + buffer_.size(); }
    const std::vector<PackItem>& items() const noexcept { return items_; }
    /// Whether the file exists.
    bool is_on_disk() const noexcept { return static_cast<bool>(file_); }
    /// The bytes of an item. Requires: !is_on_disk().
    std::span<const std::byte> buffered(const PackItem& item) const;

private:
    void write_out(std::span<const std::byte> bytes);

    FileSystem& files_;
    std::filesystem::path path_;
    bool early_;
    FileDescriptor file_;
    std::vector<std::byte> buffer_; ///< the bytes after the first written_
    std::uint64_t written_ = 0;
    bool is_torn_ = false; ///< a write failed: the file may have more than written_ bytes
    std::vector<PackItem> items_;
};

/// The size of a PackWriter's buffer, and of the largest object that it accepts.
inline constexpr std::size_t kPackBufferBytes = std::size_t{1} << 20U;

/// The index of a pack, checked as a whole: its checksum, the order of its items, and that all of
/// them are stored between the first line and the index. The bytes of the objects are not checked.
class PackReader {
public:
    /// Throws: IoError; Corruption that names the file; Unsupported for a newer format.
    explicit PackReader(const std::filesystem::path& path);

    /// The name that the pack must have: the SHA-256 of its index.
    const Sha256& name() const noexcept { return name_; }
    /// The size of the file.
    std::uint64_t size() const noexcept { return size_; }
    /// Ascending by object, each once.
    const std::vector<PackItem>& items() const noexcept { return items_; }

private:
    void load(const std::filesystem::path& path);

    Sha256 name_;
    std::uint64_t size_ = 0;
    std::vector<PackItem> items_;
};

} // namespace vitrine
