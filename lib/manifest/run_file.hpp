// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// A line of a run: an entry, or the removal of a path that an older run has.
struct RunItem {
    std::string path;
    std::optional<Entry> entry; ///< absent: removed
};

/// Builds a run: items in path order, in blocks with a checksum each and an index of first paths
/// at the end (FORMAT.md). The bytes depend on the items alone.
class RunWriter {
public:
    RunWriter();
    /// Throws: InvalidArgument if paths are not strictly ascending, or if the item's entry has
    /// another path.
    void add(const RunItem& item);
    /// The bytes of the run file. The writer is used up.
    std::string finish();

private:
    void close_block();

    std::string out_;
    std::string block_;
    std::string index_;
    std::string first_path_; ///< of the block at hand
    std::string last_path_;
    std::uint64_t items_ = 0;
    std::uint64_t block_items_ = 0;
    std::uint64_t blocks_ = 0;
};

/// Reads a run file block by block; holds its index in memory and nothing else.
/// Safe to use from many threads.
class RunReader {
public:
    /// Throws: IoError; Corruption that names the file; Unsupported for a newer format.
    explicit RunReader(const std::filesystem::path& path);
    ~RunReader();

    /// The item of a path, if this run has one: reads one block. Throws: Corruption.
    std::optional<RunItem> find(std::string_view path) const;
    std::uint64_t items() const;

    /// Walks items in path order. Keeps its run open.
    class Cursor {
    public:
        /// The next item, or nothing at the end. Throws: Corruption.
        std::optional<RunItem> next();

    private:
        friend class RunReader;
        Cursor() = default;
        std::shared_ptr<const RunReader> run_;
        std::size_t block_ = 0; ///< the next to read
        std::vector<RunItem> items_;
        std::size_t item_ = 0;
    };
    /// From the first item whose path is not less than `first` on.
    static Cursor walk(std::shared_ptr<const RunReader> run, std::string_view first);

private:
    struct Index;
    class RecentBlocks;
    std::string read_block(std::size_t block) const;
    std::shared_ptr<const std::string> find_block(std::size_t block) const;
    std::vector<RunItem> read_items(std::size_t block) const;
    std::optional<std::size_t> block_of(std::string_view path) const;
    std::unique_ptr<const Index> index_;
    std::unique_ptr<RecentBlocks> recent_;
};

/// Walks several runs, newest first, as one: of each path the newest item counts. Removals are
/// among the items, so the result can be written as a run that stands for all of them.
class RunMerge {
public:
    RunMerge(const std::vector<std::shared_ptr<const RunReader>>& runs, std::string_view first);

    /// The next item, or nothing at the end. Throws: Corruption.
    std::optional<RunItem> next();

private:
    struct Source {
        RunReader::Cursor cursor;
        std::optional<RunItem> item;
    };
    std::vector<Source> sources_;
};

/// The manifest that `runs` (newest first) make up: of each path the newest item counts. A walk of
/// all of it throws Corruption if there are not `entries` of them.
Manifest manifest_of_runs(std::vector<std::shared_ptr<const RunReader>> runs,
                          std::uint64_t entries);

/// What a `.manifest` file says: the runs that make up the manifest, newest first.
struct ManifestFile {
    struct Run {
        Sha256 object;
        std::uint64_t size = 0;
        std::uint64_t items = 0;
        bool operator==(const Run&) const = default;
    };
    Sha256 content; ///< the content digest
    std::uint64_t entries = 0;
    std::vector<Run> runs;

    /// The bytes of the file (FORMAT.md). Inverse: parse.
    std::string render() const;
    /// Throws: InvalidFormat with the JSON pointer; Unsupported for a newer format.
    static ManifestFile parse(std::string_view text);
    bool operator==(const ManifestFile&) const = default;
};

/// The items that lead from `base` to `wanted`: what is new or differs (in any field), and what is
/// removed. Hands them over in path order.
void difference(const Manifest& base, const Manifest& wanted,
                const std::function<void(const RunItem&)>& consume);

} // namespace vitrine
