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

/// Where an object lies in a pack.
struct PackItem {
    Sha256 object;
    std::uint64_t size = 0;
    std::uint64_t offset = 0; ///< from the start of the file
    bool operator==(const PackItem&) const = default;
};

/// A pack that is written to its end.
struct SealedPack {
    Sha256 name; ///< SHA-256 of the index
    std::uint64_t size = 0;
    std::uint64_t items = 0;
};

/// Writes a pack (FORMAT.md): the bytes of many small objects one after the other, then an index.
/// The file is made when the first bytes leave the buffer. What fails can be tried again: the
/// writer is as before the call. Used by one thread at a time.
class PackWriter {
public:
    /// `early`: what leaves the buffer is on its way to the disk at once, since a flush will
    /// follow.
    PackWriter(FileSystem& files, std::filesystem::path path, bool early = false);

    /// Appends an object, which must not be in this pack yet, and gives its offset. At most
    /// kPackBufferBytes. Throws: IoError.
    std::uint64_t add(const Sha256& object, std::span<const std::byte> bytes);
    /// Writes out what is buffered, so that path() can be read. Throws: IoError.
    void flush();
    /// Writes the index and the footer. The writer is used up. Throws: IoError.
    SealedPack finish();

    const std::filesystem::path& path() const noexcept { return path_; }
    /// The bytes of the objects so far, and of the first line.
    std::uint64_t size() const noexcept { return written_ + buffer_.size(); }
    const std::vector<PackItem>& items() const noexcept { return items_; }
    /// Whether anything lies on the disk yet.
    bool is_on_disk() const noexcept { return static_cast<bool>(file_); }
    /// The bytes of an item while nothing lies on the disk.
    std::span<const std::byte> buffered(const PackItem& item) const;

private:
    void write_out(std::span<const std::byte> bytes);

    FileSystem& files_;
    std::filesystem::path path_;
    bool early_;
    FileDescriptor file_;
    std::vector<std::byte> buffer_; ///< what follows the first written_ bytes
    std::uint64_t written_ = 0;
    bool is_torn_ = false; ///< a write failed: more than written_ bytes may lie there
    std::vector<PackItem> items_;
};

/// The size of a PackWriter's buffer, and the largest object that it takes.
inline constexpr std::size_t kPackBufferBytes = std::size_t{1} << 20U;

/// The index of a pack, checked as a whole: its checksum, the order of its items, and that all of
/// them lie between the first line and the index. Whether an object's bytes are right only its
/// SHA-256 says.
class PackReader {
public:
    /// Throws: IoError; Corruption that names the file; Unsupported for a newer format.
    explicit PackReader(const std::filesystem::path& path);

    /// The name that the pack must bear.
    const Sha256& name() const noexcept { return name_; }
    /// Of the file.
    std::uint64_t size() const noexcept { return size_; }
    /// Ascending by object, each once.
    const std::vector<PackItem>& items() const noexcept { return items_; }

private:
    Sha256 name_;
    std::uint64_t size_ = 0;
    std::vector<PackItem> items_;
};

} // namespace vitrine
