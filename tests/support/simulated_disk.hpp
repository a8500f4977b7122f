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

/// What survives of that which was not flushed when the power went.
struct Survival {
    const char* name;
    double names;    ///< how likely a creation, renaming or removal does, from 0 to 1
    double contents; ///< how likely a write or a truncation does
    std::uint64_t seed = 0;
};

/// Paths and what lies there: bytes, or nothing for a folder.
using DiskContents = std::map<std::filesystem::path, std::optional<std::string>>;
Sha256 digest_of(const DiskContents& contents);
void write_contents(const DiskContents& contents, const std::filesystem::path& root);

/// A disk that promises no more than POSIX does, and forgets the rest where it hurts:
///
/// - The bytes of a file are there after its flush. Before that each write may be there or not, or
///   be cut short, or have left zeros; a new file may have its name and no bytes.
/// - A name is there, or gone, after the flush of its folder, if that folder's own name is. Before
///   that, each change may have come to the disk or not, in any order, but for changes of one name.
///   A renaming inside of a folder happens in one; one between folders may leave both names, and
///   never none.
/// - A flush of the file system does all of that at once.
class SimulatedDisk {
public:
    SimulatedDisk();

    void apply(const DiskStep& step);
    /// What would be found if the power went now.
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
        std::uint64_t needs;  ///< this one comes to the disk not before that one; 0: none
        std::uint64_t joined; ///< both or neither; 0: none
        std::shared_ptr<Folder> folder;
        std::string name;
        Node node; ///< none: the name is gone
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
