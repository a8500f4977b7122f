// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/framed_file.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// A block of a segment, as its index describes it.
struct SegmentBlock {
    std::string first_path;
    std::uint64_t offset = 0; ///< in the file
    std::uint64_t size = 0;
    std::uint64_t items = 0;
    Sha256 digest;
};

/// A segment file and its index, which is held in memory and checked as a whole. Safe to use from
/// many threads.
class SegmentIndex {
public:
    /// Throws: IoError; Corruption that names the file; Unsupported for a newer format.
    explicit SegmentIndex(const std::filesystem::path& path);

    const std::filesystem::path& path() const noexcept { return file_.path(); }
    std::uint64_t items() const noexcept { return items_; }
    /// The SHA-256 of the index, which covers the digests of all blocks.
    const Sha256& digest() const noexcept { return digest_; }
    const std::vector<SegmentBlock>& blocks() const noexcept { return blocks_; }

    /// The last block whose first path is not greater than `path`: the only one that can hold it.
    std::optional<std::size_t> block_of(std::string_view path) const;

    /// The bytes of the blocks from `first` up to `end`, each compared with its checksum.
    /// Throws: Corruption, which does not name the file yet; IoError.
    std::string read_blocks(std::size_t first, std::size_t end) const;
    /// The number of blocks that read_blocks has checked.
    std::uint64_t blocks_read() const noexcept { return blocks_read_; }

private:
    void load();
    void parse_blocks(std::string_view bytes, std::uint64_t count, std::uint64_t end);

    FramedFile file_;
    std::uint64_t items_ = 0;
    Sha256 digest_;
    std::vector<SegmentBlock> blocks_;
    mutable std::atomic<std::uint64_t> blocks_read_{0};
};

} // namespace vitrine
