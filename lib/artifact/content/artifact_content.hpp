// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/manifest/manifest.hpp>
#include <vitrine/value/type_registry.hpp>
#include <vitrine/value/value.hpp>
#include <vitrine/value/value_source.hpp>

#include "core/checked_input.hpp"
#include "object/object_store.hpp"

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

class ArtifactContent;
class OpenVersion;
class ReferenceHandlers;

/// What describes an artifact besides its entries.
struct ArtifactFacts {
    std::string name;      ///< "blood-cells:v0"; of a folder, its file name
    std::string base_name; ///< without the version
    std::optional<std::uint64_t> version;
    std::string id; ///< opaque bytes, not hex; "" for a folder without an id
    std::string type;
    std::string description;
    Json metadata = Json::object();
    std::vector<std::string> aliases;
    std::string created_at; ///< UTC, RFC 3339; "" where it is unknown
};

/// An entry together with the artifact that holds it. ArtifactContent::locate makes one by
/// following references into other artifacts; what is left is an entry with bytes, or a reference
/// to a place outside of the store.
struct LocatedEntry {
    std::shared_ptr<const ArtifactContent> owner;
    Entry entry;

    /// Returns the bytes: the owner's own, or those that a `file:` or remote reference names.
    /// They are compared with their digest.
    /// Throws: Unsupported for a reference that cannot be followed; NotFound; Corruption; Conflict
    /// for a file or resource that has changed since it was added; IoError; DatabaseError.
    std::string read() const;
    /// As read, but as a stream, which is compared with its digest where it ends.
    std::unique_ptr<std::istream> open() const;
    /// Returns whether the entry is a remote reference that read() can fetch.
    bool can_fetch() const;
};

/// Where the bytes of an entry are stored. Both members are empty if the artifact does not have the
/// bytes or knows that they are damaged.
struct BytesLocation {
    std::optional<std::string> file;      ///< the path of a file that holds exactly these bytes
    std::optional<ObjectLocation> packed; ///< a part of a pack
};

/// The entries of one artifact and their bytes: a version of a store, a dependency of a version, or
/// a folder. Values are restored from it. Immutable; safe to use from many threads.
class ArtifactContent : public ValueSource {
public:
    virtual const ArtifactFacts& facts() const = 0;
    virtual const Manifest& manifest() const = 0;
    /// Returns the folders of stores that a folder without a manifest does not count among its
    /// entries: relative to it, sorted.
    virtual std::vector<std::string> left_out() const { return {}; }
    /// Returns W&B's digest of the manifest.
    virtual std::string digest() const = 0;

    /// Returns the artifact with this id, to which references of this one point; null if it is not
    /// available.
    virtual std::shared_ptr<const ArtifactContent> source(std::string_view id) const = 0;
    /// Returns the ids of all available sources.
    virtual std::vector<std::string> source_ids() const = 0;
    /// Returns the open version whose lease protects the bytes; null for a folder.
    virtual std::shared_ptr<const OpenVersion> open_version() const = 0;
    /// Returns the handlers that follow references to places outside of the store. Null for a
    /// folder: its manifest is not trusted, so it must not cause requests to servers.
    virtual std::shared_ptr<const ReferenceHandlers> references() const { return nullptr; }

    // The bytes of this artifact's own entries. No reference is followed.

    virtual bool has_bytes(const Entry& entry) const = 0;
    /// Returns the bytes, compared with their digest; nothing if the artifact does not have them.
    /// Throws: Corruption; NotFound for an object that the store has lost; IoError; DatabaseError.
    virtual std::optional<std::string> read_bytes(const Entry& entry) const = 0;
    /// As read_bytes, but as a stream, which is compared where it ends; null for nothing.
    virtual std::unique_ptr<CheckedInput> open_bytes(const Entry& entry) const = 0;
    /// Returns a file that holds exactly these bytes, if there is one.
    virtual std::optional<std::filesystem::path> bytes_path(const Entry& entry) const = 0;
    /// Looks up the bytes of many entries at once. Returns one location for each, in their order.
    virtual std::vector<BytesLocation>
    locations_of(std::span<const Entry* const> entries) const = 0;

    // Entries, on top of these.

    std::shared_ptr<const ArtifactContent> self() const {
        return std::static_pointer_cast<const ArtifactContent>(shared_from_this());
    }

    /// Returns the entry at an exact path. Throws: NotFound that names artifact and path.
    Entry require(std::string_view path) const;

    /// Follows references into other artifacts until it reaches an entry that is none, or one whose
    /// artifact is not available.
    /// Throws: NotFound if a source lacks the entry; InvalidFormat if the references form a circle.
    LocatedEntry locate(Entry entry) const;

    // Values (stored_values.cpp)

    /// Returns the entry of a value's JSON: the exact path if that is a value, else the name with
    /// the suffix of a type, `first_type` first.
    std::optional<Entry> find_value(std::string_view name, std::string_view first_type = {}) const;

    /// Returns the `_type` of the value whose JSON the entry is: the recorded one, else the one
    /// that the path's suffix names.
    std::optional<std::string> value_type(const Entry& entry) const;

    /// Restores the value whose JSON `entry` is. `name` becomes the name in its artifact_source,
    /// except if the JSON belongs to another artifact: then its path there does.
    /// Returns an OpaqueValue for an unregistered `_type` if `opaque`, else null.
    std::shared_ptr<const Value> restore(const Entry& entry, std::string name, bool opaque) const;

    // ValueSource: the same by path

    std::string name() const final { return facts().name; }
    std::string id() const final { return facts().id; }
    SourceFile file(std::string_view path) const final;
    std::vector<std::string> files_below(std::string_view folder) const final;
    std::string read(std::string_view path) const final;
    std::optional<std::filesystem::path> local_path(std::string_view path) const final;
    std::shared_ptr<const Value> value(std::string_view path) const final;

private:
    bool is_value(const Entry& entry) const;
};

/// Returns the `_type` whose suffix ends the file name `path`, if there is one.
std::optional<std::string> value_type_by_name(std::string_view path, const TypeRegistry& types);

/// Compares `bytes` with the MD5 of an entry that has no object: a tracked file, or an entry of a
/// folder. Does nothing if the entry's digest is not an MD5. Throws: DigestMismatch.
void check_tracked_bytes(const Entry& entry, std::string_view artifact, std::string_view bytes);

/// Returns whether the digest of an entry is the MD5 of a file, not a URI or an ETag.
bool has_md5(const Entry& entry);

/// Returns the digest that the bytes of an entry must have.
ExpectedDigest expected_digest(const Entry& entry);

} // namespace vitrine
