// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/progress.hpp>
#include <vitrine/engine/reports.hpp>
#include <vitrine/manifest/manifest.hpp>
#include <vitrine/value/type_registry.hpp>
#include <vitrine/value/value.hpp>
#include <vitrine/value/value_source.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

class ArtifactBuilder;
class ArtifactContent; // lib/artifact/artifact_content.hpp: a version of a store, or a folder

/// One entry of an artifact, as W&B's `artifact.get_path(name)` gives it.
class VITRINE_EXPORT ArtifactPath {
public:
    const Entry& entry() const noexcept { return entry_; }
    const std::string& path() const noexcept { return entry_.path.str(); }

    /// The URI to refer to this entry by: "wandb-artifact://<id in hex>/<path>" of the artifact
    /// that it was asked of. Throws: Unsupported for a folder without an id.
    std::string ref_url() const;

    /// Writes the entry's file below `directory` at its disk path (EntryPath::disk_path), makes the
    /// folders, and returns the path. An equal file there is left alone; what a reference leads to
    /// is fetched and compared with what was recorded of it. Throws: Conflict for what has changed
    /// there, NotFound for what is gone; Unsupported for a scheme that cannot be fetched;
    /// Corruption; IoError.
    std::filesystem::path download(const std::filesystem::path& directory) const;

    /// The bytes. Throws: as download.
    std::string read() const;

    /// The same for values that refer to the entry (JoinedTable).
    SourcePath source_path() const;

private:
    friend class Artifact;
    friend class ArtifactBuilder;
    ArtifactPath(std::shared_ptr<const ArtifactContent> content, Entry entry);
    std::shared_ptr<const ArtifactContent> content_;
    Entry entry_;
};

/// How files leave the store. What does not lie in a file of its own (small objects lie in packs, a
/// `file:` reference belongs to somebody else) can be neither shared nor linked: it is copied, and
/// the report counts it. Among hard links a copied object is read-only too.
enum class LinkMode {
    automatic, ///< reflink where the file system can, else copy
    reflink,   ///< reflink, or fail where the file system cannot
    copy,
    hardlink, ///< shares the object itself, read-only: an edit in place damages every version
};

struct CheckoutOptions {
    LinkMode link = LinkMode::automatic;
    /// Also `wandb_manifest.json`, and all that references reach, under `.sources/<id in hex>/`.
    bool self_contained = false;
    ProgressOptions progress = {};
};

struct CheckoutReport {
    std::uint64_t files = 0; ///< laid out, or already there and equal
    std::uint64_t bytes = 0;

    // How each of these files got there.
    std::uint64_t unchanged = 0; ///< was there already and right: left alone
    std::uint64_t hard_links = 0;
    std::uint64_t reflinks = 0;
    std::uint64_t copies = 0; ///< written, those fetched from a server included

    /// Values that need a source which a plain checkout leaves out.
    std::uint64_t values_with_sources = 0;
    /// What was not laid out, and why: two entries for one place, an object that the store has
    /// lost, a reference that leads to nothing any more or is of a scheme that cannot be fetched.
    std::vector<std::string> skipped;
    /// Of a self-contained folder: what W&B's SDK would not keep as it is if it wrote it again.
    std::vector<std::string> notes;
};

/// Restores the values of one `_type` one after the other, in path order.
class VITRINE_EXPORT ValueWalk {
public:
    ValueWalk(std::shared_ptr<const ArtifactContent> content, std::string type);

    /// The path of its JSON and the value; nothing at the end. Throws: what Artifact::get throws.
    std::optional<std::pair<std::string, std::shared_ptr<const Value>>> next();

private:
    std::shared_ptr<const ArtifactContent> content_;
    std::string type_;
    EntryRange entries_;
};

/// A value and the path of its JSON in the artifact.
template <class T>
struct NamedValue {
    std::string name;
    T value;
};

/// Values for a range-for loop, once; see Artifact::values.
template <class T>
class ValueRange {
public:
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = NamedValue<T>;
        using difference_type = std::ptrdiff_t;
        using pointer = const NamedValue<T>*;
        using reference = const NamedValue<T>&;

        explicit Iterator(ValueWalk& walk) : walk_(&walk) { ++*this; }

        reference operator*() const { return *current_; }
        pointer operator->() const { return &*current_; }
        Iterator& operator++() {
            current_.reset();
            while (auto next = walk_->next()) {
                if (const T* typed = dynamic_cast<const T*>(next->second.get())) {
                    current_.emplace(NamedValue<T>{std::move(next->first), *typed});
                    break;
                }
            }
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return !current_; }

    private:
        ValueWalk* walk_;
        std::optional<NamedValue<T>> current_;
    };

    explicit ValueRange(ValueWalk walk) : walk_(std::move(walk)) {}

    Iterator begin() { return Iterator(walk_); }
    std::default_sentinel_t end() const { return {}; }

private:
    ValueWalk walk_;
};

/// An immutable, committed version of a store (`name:v3`), or a plain folder opened as one.
///
/// A cheap handle; safe to use from many threads. It holds a lease: as long as it, or a value that
/// came from it, lives, `gc` takes nothing that it needs.
class VITRINE_EXPORT Artifact {
public:
    /// Opens a folder that W&B, `checkout` or `export wandb` wrote: with its `wandb_manifest.json`
    /// where there is one (values are then restored, references looked up in `.sources/`), else
    /// every file is an entry.
    /// Throws: NotFound, InvalidFormat for a manifest that is none or names unsafe paths.
    static Artifact open_directory(const std::filesystem::path& directory,
                                   const TypeRegistry& types);
    /// With the built-in types.
    static Artifact open_directory(const std::filesystem::path& directory);

    /// "blood-cells:v0"; for a folder its name.
    std::string name() const;
    /// The name without the version.
    std::string base_name() const;
    /// The version's number; nothing for a folder.
    std::optional<std::uint64_t> version() const;
    std::string type() const;
    /// The opaque bytes of `wandb-artifact://` URIs; "" for a folder without one.
    std::string id() const;
    /// W&B's digest of the manifest: lower-case hex MD5.
    std::string digest() const;
    std::string description() const;
    Json metadata() const;
    /// As they were when this was opened.
    std::vector<std::string> aliases() const;
    /// UTC, RFC 3339, e.g. "2026-03-01T12:00:00Z"; "" for a folder.
    std::string created_at() const;

    const Manifest& manifest() const;
    /// The entry `folder` and all below it; all for "".
    EntryRange entries(std::string_view folder = "") const;

    /// The value of that name: the exact path of its JSON, else the name with the suffix of each
    /// type in the registry's order. Null where no value has that name (a plain file has none). An
    /// unknown `_type` gives an OpaqueValue.
    /// Throws: InvalidFormat for an entry named like a value's JSON that is none; Corruption;
    /// NotFound for a file that the value needs; IoError.
    std::shared_ptr<const Value> get(std::string_view name) const;

    /// As get, for one type; empty where nothing has that name.
    /// Throws: InvalidArgument, naming both types, if it is another type.
    template <class T>
    std::optional<T> get(std::string_view name) const {
        std::shared_ptr<const Value> value = get_typed(name, T::artifact_type);
        if (!value) {
            return std::nullopt;
        }
        if (const T* typed = dynamic_cast<const T*>(value.get())) {
            return *typed;
        }
        throw_other_type(name, *value, T::artifact_type);
    }

    /// The values of a type for a range-for loop, in path order; each is restored when it is
    /// reached. The range is valid on its own.
    ///
    ///     for (const auto& [name, image] : artifact.values<Image>()) { ... }
    template <class T>
    ValueRange<T> values() const {
        return ValueRange<T>(ValueWalk(content_, std::string(T::artifact_type)));
    }

    /// The paths of the JSON of all values of a `_type` ("" for all), in path order.
    std::vector<std::string> value_paths(std::string_view type = "") const;

    /// An entry by its exact path, else by the name with a type's suffix.
    /// Throws: NotFound "path not contained in artifact 'x:v0': 'name'".
    ArtifactPath get_path(std::string_view name) const;

    /// Lays the files out below `directory` at their logical paths, as W&B's `download` does.
    CheckoutReport checkout(const std::filesystem::path& directory,
                            const CheckoutOptions& options = {}) const;
    /// checkout to a folder with defaults. W&B: artifact.download(root).
    CheckoutReport download(const std::filesystem::path& directory) const;

    /// Reads every byte that this artifact needs and compares it with its digest.
    VerifyReport verify(const ProgressOptions& progress = {}) const;

    /// A draft of the next version that starts with all entries of this one.
    /// Throws: Unsupported for a folder.
    ArtifactBuilder new_draft() const;

    /// As the source of its values.
    std::shared_ptr<const ValueSource> source() const;

private:
    friend class ArtifactBuilder;
    friend class Store;
    explicit Artifact(std::shared_ptr<const ArtifactContent> content);

    std::shared_ptr<const Value> get_typed(std::string_view name,
                                           std::string_view artifact_type) const;
    [[noreturn]] void throw_other_type(std::string_view name, const Value& value,
                                       std::string_view expected) const;

    std::shared_ptr<const ArtifactContent> content_;
};

} // namespace vitrine
