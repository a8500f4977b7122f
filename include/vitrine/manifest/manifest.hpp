// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
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

/// Walks entries in path order, one at a time.
class VITRINE_EXPORT EntryCursor {
public:
    virtual ~EntryCursor() = default;
    /// The next entry, or nothing at the end. Throws: Corruption for a damaged manifest.
    virtual std::optional<Entry> next() = 0;
};

/// What a Manifest reads from: entries in memory, or segments on disk.
class VITRINE_EXPORT EntryStorage {
public:
    virtual ~EntryStorage() = default;
    virtual std::uint64_t count() const = 0;
    virtual std::optional<Entry> find(std::string_view path) const = 0;
    /// From the first entry whose path is not less than `first` on.
    virtual std::unique_ptr<EntryCursor> walk(std::string_view first) const = 0;
};

/// Entries for a range-for loop; see Manifest::entries.
class VITRINE_EXPORT EntryRange {
public:
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Entry;
        using difference_type = std::ptrdiff_t;
        using pointer = const Entry*;
        using reference = const Entry&;

        const Entry& operator*() const { return *entry_; }
        const Entry* operator->() const { return &*entry_; }
        Iterator& operator++();
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return !entry_; }

    private:
        friend class EntryRange;
        explicit Iterator(EntryRange* range);
        EntryRange* range_;
        std::optional<Entry> entry_;
    };

    EntryRange(std::shared_ptr<const EntryStorage> storage, std::string folder);

    /// Starts the walk; once only.
    Iterator begin();
    std::default_sentinel_t end() const { return {}; }

    /// The same without a loop: the next entry, or nothing at the end.
    std::optional<Entry> next();

private:
    std::shared_ptr<const EntryStorage> storage_;
    std::string folder_;
    std::unique_ptr<EntryCursor> cursor_;
};

/// All entries of one artifact version, sorted by path (bytes), each path once. Immutable; copies
/// share the entries. Safe to read from many threads.
class VITRINE_EXPORT Manifest {
public:
    /// No entries.
    Manifest();
    /// Sorts `entries`. Throws: InvalidArgument that names a path that appears twice.
    explicit Manifest(std::vector<Entry> entries);
    explicit Manifest(std::shared_ptr<const EntryStorage> storage);

    std::uint64_t size() const { return storage_->count(); }
    bool contains(std::string_view path) const { return find(path).has_value(); }
    std::optional<Entry> find(std::string_view path) const { return storage_->find(path); }

    /// The entry `folder` itself and all below it, in path order; all for "". The range is valid
    /// on its own.
    EntryRange entries(std::string_view folder = "") const;
    /// All entries whose path is not less than `first`, in path order.
    std::unique_ptr<EntryCursor> walk(std::string_view first = "") const {
        return storage_->walk(first);
    }

    /// W&B's artifact digest: lower-case hex MD5 over the paths and digests of all entries.
    /// Source: wandb/sdk/wandb_artifacts.py, ArtifactManifestV1.digest. Walks all entries.
    std::string digest() const;

    const std::shared_ptr<const EntryStorage>& storage() const { return storage_; }

private:
    std::shared_ptr<const EntryStorage> storage_;
};

/// How many entries of one manifest differ, in any field, from those of another.
struct ManifestChanges {
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    std::uint64_t removed = 0;
};

/// Of two versions of one store it reads what they do not share, by several threads.
VITRINE_EXPORT ManifestChanges count_changes(const Manifest& before, const Manifest& after);

/// The layout that a W&B manifest declares for its files in W&B's own storage.
enum class StorageLayout { V1, V2 };

/// `wandb_manifest.json` as an object in W&B's key order: version, storagePolicy,
/// storagePolicyConfig, contents. Render it with kOrderedJson (the SDK's in-memory form) or
/// kManifestJson (what the SDK uploads). Inverse: manifest_from_json.
VITRINE_EXPORT Json manifest_to_json(const Manifest& manifest,
                                     StorageLayout layout = StorageLayout::V2);

/// Reads a W&B manifest. The entries have no object.
/// Throws: InvalidFormat with the JSON pointer for anything that is not such a manifest, among it
/// an unsafe path ('../x', '/x'), a size that is negative, a digest that is no string.
VITRINE_EXPORT Manifest manifest_from_json(const Json& json);

} // namespace vitrine
