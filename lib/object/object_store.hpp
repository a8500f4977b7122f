// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/checked_input.hpp"
#include "core/file_system.hpp"
#include "object/open_packs.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace vitrine {

/// Where an object's bytes lie: a part of a file below objects/. A loose object is the whole of
/// its file, which bears its name; others share a pack.
struct ObjectLocation {
    enum class Holder { Loose, Pack };

    Sha256 object;
    std::uint64_t size = 0;
    Holder holder = Holder::Loose;
    Sha256 file;              ///< the name of the file that holds it
    std::uint64_t offset = 0; ///< in that file
};

/// The folder objects/: bytes by their SHA-256. It knows files, and nothing of rows: whether an
/// object exists is asked of the catalogue, never of this class. FORMAT.md says what lies where.
///
/// Safe to use from many threads. Only the holder of the store's write lock may call what changes
/// something.
class ObjectStore {
public:
    ObjectStore(std::filesystem::path folder, std::shared_ptr<FileSystem> files);

    /// Where the loose object lies, or would lie.
    std::filesystem::path loose_path(const Sha256& object) const { return loose_file(object); }
    std::filesystem::path pack_path(const Sha256& pack) const { return packs_.path_of(pack); }
    /// The file that holds just these bytes; nothing for an object in a pack. A string: many are
    /// asked for at once, and a path is slower to make than its file is to open.
    std::optional<std::string> file_of(const ObjectLocation& place) const;

    /// The object's bytes, compared with its name.
    /// Throws: Corruption if they are missing, cut or other bytes; IoError.
    std::string read(const ObjectLocation& place) const;
    /// The same without a copy: into memory of the caller's, of place.size bytes.
    void read(const ObjectLocation& place, std::span<std::byte> out) const;
    /// The same as a stream. Throws: as read, some of it where the bytes end.
    std::unique_ptr<CheckedInput> open(const ObjectLocation& place) const;
    /// Reads all of the object's bytes in pieces and compares them. Throws: as read.
    void check(const ObjectLocation& place) const;

    /// Renames a staged file into place, over whatever is there. Adds the folders whose names have
    /// changed, and which must be flushed, to `changed`.
    void publish_loose(const std::filesystem::path& staged, const Sha256& object,
                       std::set<std::filesystem::path>& changed);
    void publish_pack(const std::filesystem::path& staged, const Sha256& pack,
                      std::set<std::filesystem::path>& changed);
    /// Both give false if it was not there.
    bool remove_loose(const Sha256& object);
    bool remove_pack(const Sha256& pack);

    /// Every file below loose/, or packs/, with the object or pack that it should be; nothing for a
    /// name that is none.
    using VisitFile =
        std::function<void(const std::filesystem::path&, const std::optional<Sha256>&)>;
    void for_each_loose(const VisitFile& visit) const;
    void for_each_pack(const VisitFile& visit) const;

private:
    std::string loose_file(const Sha256& object) const;
    void place(const std::filesystem::path& staged, const std::filesystem::path& target,
               std::set<std::filesystem::path>& changed);
    std::shared_ptr<const OpenPacks::Pack> open_pack(const ObjectLocation& place) const;

    std::filesystem::path loose_;
    std::filesystem::path packs_folder_;
    std::shared_ptr<FileSystem> files_;
    mutable OpenPacks packs_; ///< a cache
};

} // namespace vitrine
