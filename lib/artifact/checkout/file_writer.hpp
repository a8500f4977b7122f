// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>

#include "artifact/checkout/new_file.hpp"
#include "artifact/content/artifact_content.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

class OutputFile;

/// How one checkout copies files, and which file systems cannot share blocks. Safe to use from many
/// threads.
class CopyStrategy {
public:
    CopyStrategy(LinkMode link, std::stop_token stop) : link_(link), stop_(std::move(stop)) {}

    LinkMode link() const noexcept { return link_; }
    const std::stop_token& stop() const noexcept { return stop_; }

    /// Returns whether files of a file system may share their blocks with the target's: true until
    /// the first attempt failed.
    bool may_share(dev_t device) const;
    void cannot_share(dev_t device);

private:
    LinkMode link_;
    std::stop_token stop_;
    mutable std::mutex mutex_;
    std::set<dev_t> cannot_share_; ///< guarded by mutex_
};

/// How a file was written.
enum class CopyMethod { Copy, Reflink, HardLink };

/// Writes the bytes of one entry to a file: shares, links, copies or fetches them. Bytes that are
/// read are compared with their digest. One thread at a time.
class FileWriter final : public NewFile {
public:
    /// `from`, `location` (of its bytes) and `strategy` must live as long as this object.
    FileWriter(const LocatedEntry& from, const BytesLocation& location, CopyStrategy& strategy);

    /// The file's size. Where the entry does not have it, it is known after `create`.
    std::uint64_t size() const noexcept { return size_; }
    CopyMethod method() const noexcept { return method_; }
    /// The file that `create` wrote, as it was then; nothing for a hard link.
    const std::optional<struct ::stat>& written() const noexcept { return written_; }
    /// Whether `compare` read the file that it found right, or knew its digest.
    bool was_read() const noexcept { return was_read_; }

    Likeness compare(FoundFile& found) override;
    bool has_digest() const override;
    /// Throws: Corruption; IoError; Unsupported if the file system cannot link or share as
    /// required; what ReferenceHandler::fetch throws.
    bool create(const FileDescriptor& folder, const std::string& name) override;

private:
    bool has_right_bytes(FoundFile& found) const;
    enum class Link { Made, NameTaken, TooMany };

    bool is_stored() const noexcept { return location_.file || location_.packed; }
    Link link(const FileDescriptor& folder, const std::string& name) const;
    std::string read_packed() const;
    void write_file(OutputFile& output, const std::filesystem::path& path);
    void fetch(OutputFile& output);
    mode_t mode() const noexcept;

    const LocatedEntry& from_;
    const BytesLocation& location_;
    CopyStrategy& strategy_;
    std::uint64_t size_ = 0;
    CopyMethod method_ = CopyMethod::Copy;
    std::optional<struct ::stat> written_;
    bool was_read_ = false;
};

/// Writes a text to a file.
class TextFile final : public NewFile {
public:
    using CanRemake = std::function<bool(std::string_view text)>;

    /// `can_remake`: whether another text, which lies in the place of this one, can be made again.
    TextFile(std::string_view text, CanRemake can_remake)
        : text_(text), can_remake_(std::move(can_remake)) {}

    Likeness compare(FoundFile& found) override;
    bool can_remake(FoundFile& found) override;
    bool create(const FileDescriptor& folder, const std::string& name) override;

private:
    std::string_view text_;
    CanRemake can_remake_;
};

} // namespace vitrine
