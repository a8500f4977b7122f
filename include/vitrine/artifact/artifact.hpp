// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/progress.hpp>
#include <vitrine/engine/verify.hpp>
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
class ArtifactContent; // a version of a store, or a folder

/// One entry of an artifact, as W&B's `artifact.get_path(name)` returns it. A cheap handle that
/// keeps the artifact open; safe to use from many threads.
class VITRINE_EXPORT ArtifactPath {
public:
    const Entry& entry() const noexcept { return entry_; }
    const std::string& path() const noexcept { return entry_.path.str(); }

    /// Returns the URI of this entry: "wandb-artifact://<id in hex>/<path>", with the id of the
    /// artifact that returned this object. Throws: Unsupported for a folder without an id.
    std::string ref_url() const;

    /// Writes the entry's file below `directory`, at the entry's disk path (EntryPath::disk_path),
    /// and returns its path. Folders are created; an equal file is left alone. References are
    /// followed or fetched, and the bytes are compared with what was recorded when they were added.
    /// Throws: Conflict if a referenced file or resource has changed; NotFound if it is gone;
    /// Unsupported for a scheme that cannot be fetched; AlreadyExists if a folder or link is in the
    /// way; Corruption; IoError; DatabaseError.
    std::filesystem::path download(const std::filesystem::path& directory) const;

    /// Returns the bytes. Throws: as download.
    std::string read() const;

    /// Returns the entry as the source of values that refer to it (JoinedTable).
    SourcePath source_path() const;

private:
    friend class Artifact;
    friend class ArtifactBuilder;
    ArtifactPath(std::shared_ptr<const ArtifactContent> content, Entry entry);
    std::shared_ptr<const ArtifactContent> content_;
    Entry entry_;
};

/// How checkout writes files. Small objects, which are stored in packs, and files that belong to
/// others (`file:` references) are never hard-linked; objects in packs are never shared either.
/// These are copied, and the report counts them. With `hardlink`, copied objects are read-only too.
enum class LinkMode {
    automatic, ///< reflink if the file system supports it, else copy
    reflink,   ///< reflink; Unsupported if the file system does not support it
    copy,
    hardlink, ///< links to the object, read-only: an edit in place damages every version
};

struct CheckoutOptions {
    LinkMode link = LinkMode::automatic;
    /// Also writes `wandb_manifest.json`, and the entries of other artifacts that references need
    /// to
    /// `.sources/<id in hex>/`, so that Artifact::open_directory can restore every value.
    bool self_contained = false;
    ProgressOptions progress = {};
};

struct CheckoutReport {
    std::uint64_t files = 0; ///< written, or found equal
    std::uint64_t bytes = 0; ///< of these files

    // How each of these files came to be; the counts add up to `files`.
    std::uint64_t unchanged = 0; ///< an equal file existed
    std::uint64_t hard_links = 0;
    std::uint64_t reflinks = 0;
    std::uint64_t copies = 0; ///< also those fetched from a server

    /// Values that need files of another artifact, which only a self-contained checkout writes.
    std::uint64_t values_with_sources = 0;
    /// The files that were not written, one line each with the reason: two entries with one disk
    /// path, something in the way, an object that the store has lost, a reference whose target is
    /// gone or whose scheme cannot be fetched.
    std::vector<std::string> skipped;
    /// Warnings about a self-contained folder, one line each: what W&B's SDK would change if it
    /// read the folder and wrote it again.
    std::vector<std::string> warnings;
};

/// Restores the values of one `_type` one after the other, in path order. One thread at a time.
class VITRINE_EXPORT ValueWalk {
public:
    ValueWalk(std::shared_ptr<const ArtifactContent> content, std::string type);

    /// Returns the path of the next value's JSON and the value; nothing at the end.
    /// Throws: what Artifact::get throws.
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

/// The values of a type for one range-for loop; see Artifact::values. An input range: it can be
/// walked once.
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

/// An immutable, committed version of a store (`name:v3`), or a folder opened as one.
///
/// A cheap handle; safe to use from many threads. It holds a lease: while it or a value restored
/// from it exists, `gc` deletes nothing that it needs.
///
/// Members that read entries, values or bytes throw Corruption if the store or folder is damaged,
/// IoError and DatabaseError; the lines that begin with "Throws" name the other errors.
class VITRINE_EXPORT Artifact {
public:
    /// Opens a folder that W&B, `checkout` or `export wandb` wrote. If it contains a
    /// `wandb_manifest.json`, that names the entries, and references are looked up in `.sources/`;
    /// if not, every file is an entry. Nothing outside of the folder is read. `types` are copied.
    /// Throws: NotFound if there is no such folder; InvalidFormat for a malformed manifest, unsafe
    /// paths, or two different files with one disk path; IoError.
    static Artifact open_directory(const std::filesystem::path& directory,
                                   const TypeRegistry& types);
    /// With the built-in types.
    static Artifact open_directory(const std::filesystem::path& directory);

    /// "blood-cells:v0"; the file name of a folder.
    std::string name() const;
    /// The name without the version.
    std::string base_name() const;
    /// The number of the version, from 0 on; nothing for a folder.
    std::optional<std::uint64_t> version() const;
    std::string type() const;
    /// The id, as bytes; `wandb-artifact://` URIs contain it in hex. "" for a folder without one.
    std::string id() const;
    /// W&B's digest of the manifest: lower-case hex MD5.
    std::string digest() const;
    std::string description() const;
    Json metadata() const;
    /// The aliases that the version had when it was opened.
    std::vector<std::string> aliases() const;
    /// UTC, RFC 3339, e.g. "2026-03-01T12:00:00Z"; "" for a folder.
    std::string created_at() const;

    const Manifest& manifest() const;
    /// The entry `folder`, if there is one, and the entries below it, in path order; all for "".
    EntryRange entries(std::string_view folder = "") const;

    /// Returns the value with that name: `name` is the exact path of its JSON, or that path without
    /// the suffix of a type, tried in the registry's order. Returns null if there is no such value;
    /// a plain file is no value. A value of an unregistered type is returned as an OpaqueValue.
    /// Throws: InvalidFormat if the JSON is malformed; NotFound if a file of the value is missing.
    std::shared_ptr<const Value> get(std::string_view name) const;

    /// Returns the value with that name if it is a T; nothing if there is no such value.
    /// Throws: InvalidArgument, naming both types, if it has another type; what get throws.
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

    /// Returns the values of a type for a range-for loop, in path order. Each value is restored
    /// when the loop reaches it. The range keeps the artifact open.
    ///
    ///     for (const auto& [name, image] : artifact.values<Image>()) { ... }
    template <class T>
    ValueRange<T> values() const {
        return ValueRange<T>(ValueWalk(content_, std::string(T::artifact_type)));
    }

    /// Returns the paths of the JSON of all values with that `_type` ("": any), in path order.
    std::vector<std::string> value_paths(std::string_view type = "") const;

    /// Returns the entry with that path; if there is none, the entry of the value with that name.
    /// Throws: NotFound "path not contained in artifact 'x:v0': 'name'".
    ArtifactPath get_path(std::string_view name) const;

    /// Writes the files below `directory` at their logical paths, as W&B's `download` does. Each
    /// file is either complete or not there, also after an error or a crash. Existing files with
    /// other content are replaced, files of other names left alone, and links are never followed
    /// out of the directory. Throws: Unsupported if LinkMode demands what the file system cannot
    /// do; Cancelled; Io for a server that does not answer; IoError; DatabaseError. Files that
    /// cannot be written for other reasons are listed in the report.
    CheckoutReport checkout(const std::filesystem::path& directory,
                            const CheckoutOptions& options = {}) const;
    /// checkout with default options. W&B: artifact.download(root).
    CheckoutReport download(const std::filesystem::path& directory) const;

    /// Reads all bytes of this artifact and of the artifacts that it references, and compares them
    /// with their digests. Places outside of the store are not read. Damage is reported, not
    /// thrown. Throws: Cancelled.
    VerifyReport verify(const ProgressOptions& progress = {}) const;

    /// Returns a draft of the next version that starts with all entries of this one.
    /// Throws: Unsupported for a folder.
    ArtifactBuilder new_draft() const;

    /// Returns the artifact as the source that its values are restored from.
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
