// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/next_iterator.hpp>
#include <vitrine/manifest/entry.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Walks entries in path order. Used by one thread at a time.
class VITRINE_EXPORT EntryCursor {
public:
    virtual ~EntryCursor() = default;
    /// Returns the next entry, or nothing at the end. Throws: Corruption for a damaged manifest;
    /// IoError.
    virtual std::optional<Entry> next() = 0;
};

/// The storage of a Manifest: entries in memory, or segments on disk. Safe to use from many
/// threads.
///
/// Throws: Corruption for damaged segments and IoError, from `find` and `walk`.
class VITRINE_EXPORT EntryStorage {
public:
    virtual ~EntryStorage() = default;
    /// The number of entries. Reads nothing.
    virtual std::uint64_t count() const = 0;
    /// Returns the entry with exactly that path, or nothing. Throws: Corruption; IoError.
    virtual std::optional<Entry> find(std::string_view path) const = 0;
    /// Walks the entries whose paths are not less than `first`. The storage must outlive the
    /// cursor. Throws: Corruption; IoError.
    virtual std::unique_ptr<EntryCursor> walk(std::string_view first) const = 0;
};

/// Entries for a range-for loop; see Manifest::entries. Can be walked once; used by one thread at a
/// time.
class VITRINE_EXPORT EntryRange {
public:
    using Iterator = NextIterator<EntryRange, Entry>;

    /// The entry `folder` and those below it; all entries for "". Keeps the storage, which must
    /// not be null, alive.
    EntryRange(std::shared_ptr<const EntryStorage> storage, std::string folder);

    /// Starts the walk. Throws: as next.
    Iterator begin() { return Iterator(*this); }
    std::default_sentinel_t end() const { return {}; }

    /// Returns the next entry, or nothing at the end. Throws: Corruption for a damaged manifest;
    /// IoError.
    std::optional<Entry> next();

private:
    std::shared_ptr<const EntryStorage> storage_;
    std::string folder_;
    std::unique_ptr<EntryCursor> cursor_;
};

/// The entries of an artifact version, sorted by the bytes of their paths, each path once.
/// Immutable; copies share the entries. Safe to use from many threads.
///
/// Throws: Corruption for damaged segments and IoError, from every member that reads entries.
class VITRINE_EXPORT Manifest {
public:
    /// An empty manifest.
    Manifest();
    /// Sorts `entries`. Throws: InvalidArgument if a path appears twice; the message names it.
    explicit Manifest(std::vector<Entry> entries);
    /// The entries of a storage, which must not be null.
    explicit Manifest(std::shared_ptr<const EntryStorage> storage);

    /// The number of entries. Reads nothing.
    std::uint64_t size() const { return storage_->count(); }
    /// Returns whether there is an entry with exactly that path. Throws: Corruption; IoError.
    bool contains(std::string_view path) const { return find(path).has_value(); }
    /// Returns the entry with exactly that path, or nothing. Throws: Corruption; IoError.
    std::optional<Entry> find(std::string_view path) const { return storage_->find(path); }

    /// The entry `folder` itself and those below it, in path order; all entries for "". The range
    /// keeps the entries alive, and reads them when it is walked.
    EntryRange entries(std::string_view folder = "") const;
    /// The entries whose paths are not less than `first`, in path order. The manifest, or a copy of
    /// it, must outlive the cursor. Throws: Corruption; IoError.
    std::unique_ptr<EntryCursor> walk(std::string_view first = "") const {
        return storage_->walk(first);
    }

    /// W&B's digest of the artifact: lower-case hex MD5 of the paths and digests of all entries.
    /// Reads all entries. Source: wandb/sdk/wandb_artifacts.py, ArtifactManifestV1.digest.
    /// Throws: Corruption; IoError.
    std::string digest() const;

    /// The storage; never null. Valid while this manifest lives.
    const std::shared_ptr<const EntryStorage>& storage() const { return storage_; }

private:
    std::shared_ptr<const EntryStorage> storage_;
};

/// The numbers of entries that differ, in any field, between two manifests.
struct ManifestChanges {
    std::uint64_t added = 0;   ///< only in the second
    std::uint64_t changed = 0; ///< in both
    std::uint64_t removed = 0; ///< only in the first
};

/// Counts the entries that differ, on several threads. If they are versions of one store, it reads
/// only the segments that they do not share. Throws: Corruption; IoError.
VITRINE_EXPORT ManifestChanges count_changes(const Manifest& before, const Manifest& after);

/// The layout of the files in W&B's own storage, as a W&B manifest declares it.
enum class StorageLayout { V1, V2 };

/// Returns `wandb_manifest.json` as an object in W&B's key order: version, storagePolicy,
/// storagePolicyConfig, contents. Render it with kOrderedJson (the SDK's form in memory) or
/// kManifestJson (the file that the SDK uploads). Inverse: manifest_from_json.
/// Throws: Corruption; IoError.
VITRINE_EXPORT Json manifest_to_json(const Manifest& manifest,
                                     StorageLayout layout = StorageLayout::V2);

/// Parses a W&B manifest. The entries have no object. Inverse: manifest_to_json.
/// Throws: InvalidFormat, with the JSON pointer, if it is not such a manifest: for example, if it
/// has an unsafe path ('../x', '/x'), a negative size, or a digest that is not a string.
VITRINE_EXPORT Manifest manifest_from_json(const Json& json);

} // namespace vitrine
