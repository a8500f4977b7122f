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

/// What an artifact says of itself besides its entries.
struct ArtifactFacts {
    std::string name;      ///< "blood-cells:v0"; of a folder its name
    std::string base_name; ///< without the version
    std::optional<std::uint64_t> version;
    std::string id; ///< bytes; "" for a folder without one
    std::string type;
    std::string description;
    Json metadata = Json::object();
    std::vector<std::string> aliases;
    std::string created_at;
};

/// An entry and the artifact that holds its bytes.
struct LocatedEntry {
    std::shared_ptr<const ArtifactContent> owner;
    Entry entry;
};

/// Where the bytes of an entry lie. Both are absent where they are not here, or known to be wrong.
struct BytesLocation {
    std::optional<std::string> file;      ///< the path of one that holds just these bytes
    std::optional<ObjectLocation> packed; ///< a part of a pack
};

/// What lies in one artifact: a version of a store, what a version keeps of a source, or a folder.
/// Values are restored from it. Immutable; safe to use from many threads.
class ArtifactContent : public ValueSource {
public:
    virtual const ArtifactFacts& facts() const = 0;
    virtual const Manifest& manifest() const = 0;
    /// W&B's digest of the manifest.
    virtual std::string digest() const = 0;

    /// The artifact that references with this id lead into; null where it is not at hand.
    virtual std::shared_ptr<const ArtifactContent> source(std::string_view id) const = 0;
    /// The ids of all artifacts at hand.
    virtual std::vector<std::string> source_ids() const = 0;
    /// The open version whose lease keeps the bytes; null for a folder.
    virtual std::shared_ptr<const OpenVersion> open_version() const = 0;

    /// Whether this artifact itself has the bytes of an entry of its own.
    virtual bool has_bytes(const Entry& entry) const = 0;
    /// These bytes, compared with their digest. Throws: Corruption; NotFound; IoError.
    virtual std::string read_bytes(const Entry& entry) const = 0;
    /// The same as a stream, compared where it ends.
    virtual std::unique_ptr<CheckedInput> open_bytes(const Entry& entry) const = 0;
    /// A file that holds just these bytes, if there is one.
    virtual std::optional<std::filesystem::path> bytes_path(const Entry& entry) const = 0;

    /// Where the bytes of many entries of its own lie, in their order: looked up at once.
    virtual std::vector<BytesLocation>
    locations_of(std::span<const Entry* const> entries) const = 0;
    /// As read_bytes, of an entry whose bytes lie in a pack.
    virtual std::string read_packed(const Entry& entry, const ObjectLocation& place) const;

    /// How references to other places are followed; null where they are not: a folder, which
    /// anybody may have written, makes nobody ask a server.
    virtual std::shared_ptr<const ReferenceHandlers> references() const { return nullptr; }

    // On top of these, the same for all.

    /// Whether the bytes of an entry of this artifact can be fetched from where they lie.
    bool can_fetch(const Entry& entry) const;

    std::string name() const final { return facts().name; }
    std::string id() const final { return facts().id; }
    SourceFile file(std::string_view path) const final;
    std::vector<std::string> files_below(std::string_view folder) const final;
    std::string read(std::string_view path) const final;
    std::optional<std::filesystem::path> local_path(std::string_view path) const final;
    std::shared_ptr<const Value> value(std::string_view path) const final;

    std::shared_ptr<const ArtifactContent> self() const {
        return std::static_pointer_cast<const ArtifactContent>(shared_from_this());
    }

    /// The entry at an exact path. Throws: NotFound that names artifact and path.
    Entry require(std::string_view path) const;

    /// Follows references into other artifacts to the one that holds the bytes, as far as those
    /// are at hand. Throws: NotFound where a source lacks the entry; InvalidFormat for a circle.
    LocatedEntry locate(Entry entry) const;

    /// The bytes of an entry, references followed; a `file:` reference is read where it points,
    /// a remote one is fetched.
    /// Throws: Unsupported for another reference without bytes; NotFound; Corruption; Conflict
    /// for what has changed where it lies; IoError.
    std::string read_entry(const Entry& entry) const;
    /// As read_entry, for an entry that this artifact holds.
    std::string read_located(const Entry& entry) const;

    /// The same bytes as a stream, compared with their digest where it ends.
    std::unique_ptr<std::istream> open_located(const Entry& entry) const;

    /// The entry of a value's JSON by its name: an exact path, else the name with a suffix, that
    /// of `first_type` first.
    std::optional<Entry> find_value(std::string_view name, std::string_view first_type = {}) const;

    /// The `_type` of the value whose JSON the entry is, by what is recorded or by its name.
    std::optional<std::string> value_type(const Entry& entry) const;

    /// Restores the value whose JSON `entry` is. `name` is what a value of this artifact is said
    /// to be got by; one out of another artifact bears its path there.
    /// Null for an unknown `_type` unless `opaque`: an OpaqueValue then.
    std::shared_ptr<const Value> restore(const Entry& entry, std::string name, bool opaque) const;

private:
    bool is_value(const Entry& entry) const;
    /// Restores a value of a type that is read from a stream.
    std::shared_ptr<const Value> read_streamed(const ValueType& type, const Entry& entry,
                                               std::string name) const;
};

/// The `_type` that the name of a file speaks of: that of the type whose suffix ends it.
std::optional<std::string> value_type_by_name(std::string_view path, const TypeRegistry& types);

/// Throws: DigestMismatch unless `bytes` are what a tracked entry (`file:`) or that of a plain
/// W&B directory says. An entry that was not looked at (its digest is its URI) has nothing to say.
void check_tracked_bytes(const Entry& entry, std::string_view artifact, std::string_view bytes);

/// Whether the digest of an entry is that of a file: not a URI, not an ETag.
bool has_md5(const Entry& entry);

/// What the bytes of an entry are known by.
ExpectedDigest expected_digest(const Entry& entry);

} // namespace vitrine
