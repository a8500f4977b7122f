// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "support/disk_log.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace vitrine::test {

/// How much of what was not flushed survives a power cut.
struct Survival {
    const char* name;
    double names;    ///< the probability that a creation, renaming or removal survives, 0 to 1
    double contents; ///< the same for a write or a truncation
    std::uint64_t seed = 0;
};

/// Paths and their contents: the bytes of a file, or nothing for a folder.
using DiskContents = std::map<std::filesystem::path, std::optional<std::string>>;
Sha256 digest_of(const DiskContents& contents);
void write_contents(const DiskContents& contents, const std::filesystem::path& root);

/// A disk that guarantees only what POSIX does, and loses everything else at the worst moment:
///
/// - The bytes of a file are safe after its flush. Before that, each write may be complete,
/// missing,
///   cut short, or replaced by zeros; a new file may have its name and no bytes.
/// - A name is created or gone for good after the flush of its folder, if the folder's own name is
///   safe. Before that, each change may have reached the disk or not, in any order, except that
///   changes of one name keep their order. A renaming within a folder is atomic; one between
///   folders may leave both names, but never none.
/// - A flush of the file system does all of that at once.
class SimulatedDisk {
public:
    SimulatedDisk();

    void apply(const DiskStep& step);
    /// What would be found after a power cut now.
    DiskContents after_cut(const Survival& survival) const;

private:
    struct File {
        std::string flushed;
        std::vector<DiskStep> waiting; ///< writes and truncations
    };
    struct Folder;
    struct Node {
        std::shared_ptr<File> file;
        std::shared_ptr<Folder> folder;
        explicit operator bool() const { return file || folder; }
    };
    struct Folder {
        std::map<std::string, Node> flushed;
        std::map<std::string, Node> now;
    };
    struct NameChange {
        std::uint64_t id;
        std::uint64_t needs;  ///< the change that must reach the disk before this one; 0: none
        std::uint64_t joined; ///< the change that happens if and only if this one does; 0: none
        std::shared_ptr<Folder> folder;
        std::string name;
        Node node; ///< nothing: the name is removed
    };

    std::shared_ptr<Folder> folder_at(const std::filesystem::path& path) const;
    Node node_at(const std::filesystem::path& path) const;
    std::uint64_t change(const std::filesystem::path& path, Node node, std::uint64_t needs = 0,
                         std::uint64_t joined = 0);
    void rename(const std::filesystem::path& from, const std::filesystem::path& to);
    void flush_file(File& file) const;
    void flush_folder(const Folder* folder);
    void flush_all();

    using Names = std::map<const Folder*, std::map<std::string, Node>>;
    Names names_after_cut(const Survival& survival, std::mt19937_64& random) const;

    std::shared_ptr<Folder> root_;
    std::map<std::uint64_t, std::shared_ptr<File>> files_;
    std::vector<NameChange> waiting_;
    std::uint64_t next_id_ = 1;
};

} // namespace vitrine::test
