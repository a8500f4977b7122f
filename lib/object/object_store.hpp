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

/// The location of an object's bytes: a part of a file below objects/. A loose object is a whole
/// file with its own name; others share a pack.
struct ObjectLocation {
    enum class Holder { Loose, Pack };

    Sha256 object;
    std::uint64_t size = 0;
    Holder holder = Holder::Loose;
    Sha256 file;              ///< the name of the file that holds it
    std::uint64_t offset = 0; ///< in that file
};

/// The folder objects/: bytes by their SHA-256. It knows files, not rows: whether an object exists,
/// only the catalogue says. FORMAT.md describes the layout.
///
/// Safe to use from many threads. Only the holder of the store's write lock may call the functions
/// that change something.
class ObjectStore {
public:
    ObjectStore(std::filesystem::path folder, std::shared_ptr<FileSystem> files);

    /// The path of the loose object, whether or not it exists.
    std::filesystem::path loose_path(const Sha256& object) const { return loose_file(object); }
    std::filesystem::path pack_path(const Sha256& pack) const { return packs_.path_of(pack); }
    /// The path of the file that holds just these bytes; nothing for an object in a pack. A string,
    /// since for many objects making a std::filesystem::path takes longer than opening the file.
    std::optional<std::string> file_of(const ObjectLocation& location) const;

    /// Reads the object's bytes and compares them with its digest. Throws: Corruption if they are
    /// missing, incomplete or different; IoError.
    std::string read(const ObjectLocation& location) const;
    /// The same into `out`, which has location.size bytes.
    void read(const ObjectLocation& location, std::span<std::byte> out) const;
    /// The same as a stream. Throws: as read; differences are found when the bytes end.
    std::unique_ptr<CheckedInput> open(const ObjectLocation& location) const;
    /// Reads the object's bytes in pieces and compares them. Throws: as read.
    void check(const ObjectLocation& location) const;

    /// Renames a staged file to its final path and replaces a file that is there. Adds the folders
    /// that must be flushed then to `changed`. Throws: IoError.
    void publish_loose(const std::filesystem::path& staged, const Sha256& object,
                       std::set<std::filesystem::path>& changed);
    void publish_pack(const std::filesystem::path& staged, const Sha256& pack,
                      std::set<std::filesystem::path>& changed);
    /// Both return false if there was no such file. Throws: IoError.
    bool remove_loose(const Sha256& object);
    bool remove_pack(const Sha256& pack);

    /// Receives the path of a file and the digest that its name stands for, if it has such a name.
    using VisitFile =
        std::function<void(const std::filesystem::path&, const std::optional<Sha256>&)>;
    /// Both call `visit` for each file below loose/ or packs/. Throws: IoError.
    void for_each_loose(const VisitFile& visit) const;
    void for_each_pack(const VisitFile& visit) const;

private:
    std::string loose_file(const Sha256& object) const;
    void publish(const std::filesystem::path& staged, const std::filesystem::path& target,
                 std::set<std::filesystem::path>& changed);
    std::shared_ptr<const OpenPacks::Pack> open_pack(const ObjectLocation& location) const;

    std::filesystem::path loose_;
    std::filesystem::path packs_folder_;
    std::shared_ptr<FileSystem> files_;
    mutable OpenPacks packs_; ///< a cache
};

} // namespace vitrine
