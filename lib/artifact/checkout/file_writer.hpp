// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>

#include "artifact/checkout/new_file.hpp"
#include "artifact/content/artifact_content.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

class OutputFile;

/// How the files of one checkout are made, and what it has found out about it. Safe to use from
/// many threads.
class CopyStrategy {
public:
    CopyStrategy(LinkMode link, std::stop_token stop) : link_(link), stop_(std::move(stop)) {}

    LinkMode link() const noexcept { return link_; }
    const std::stop_token& stop() const noexcept { return stop_; }

    /// Whether files of that file system may share their blocks with those laid out: true until one
    /// could not.
    bool may_share(dev_t device) const;
    void cannot_share(dev_t device);

private:
    LinkMode link_;
    std::stop_token stop_;
    mutable std::mutex mutex_;
    std::set<dev_t> cannot_share_; ///< guarded by mutex_
};

/// How a file came to be.
enum class CopyMethod { Copy, Reflink, HardLink };

/// Makes a file of an entry's bytes: shared, copied, linked or fetched, and compared with their
/// digest where they are read. One thread at a time.
class FileWriter final : public NewFile {
public:
    /// `from`, `place` (where its bytes lie) and `plan` must live as long as this.
    FileWriter(const LocatedEntry& from, const BytesLocation& place, CopyStrategy& plan);

    /// What `make` made is as large where nobody knew it before.
    std::uint64_t size() const noexcept { return size_; }
    CopyMethod made_by() const noexcept { return made_by_; }

    bool is_equal(const FileDescriptor& file, const struct ::stat& status) override;
    /// Throws: Corruption; IoError; Unsupported where the file system cannot link as it is told to;
    /// what ReferenceHandler::fetch throws.
    bool make(const FileDescriptor& folder, const std::string& name) override;

private:
    bool is_own() const noexcept { return place_.file || place_.packed; }
    bool link(const FileDescriptor& folder, const std::string& name, bool& is_free);
    void write_file(OutputFile& output, const std::filesystem::path& path);
    void fetch(OutputFile& output);
    mode_t mode() const noexcept;

    const LocatedEntry& from_;
    const BytesLocation& place_;
    CopyStrategy& plan_;
    std::uint64_t size_ = 0;
    CopyMethod made_by_ = CopyMethod::Copy;
};

/// Makes a file of a text.
class TextFile final : public NewFile {
public:
    explicit TextFile(std::string_view text) : text_(text) {}

    bool is_equal(const FileDescriptor& file, const struct ::stat& status) override;
    bool make(const FileDescriptor& folder, const std::string& name) override;

private:
    std::string_view text_;
};

} // namespace vitrine
