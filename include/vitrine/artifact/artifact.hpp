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
    /// The entry. Valid while this object lives, as is its path.
    const Entry& entry() const noexcept { return entry_; }
    /// The path of the entry.
    const std::string& path() const noexcept { return entry_.path.str(); }

    /// Returns the URI of this entry: "wandb-artifact://<id in hex>/<path>", with the id of the
    /// artifact that returned this object. Throws: Unsupported for a folder without an id.
    std::string ref_url() const;

    /// Writes the entry's file below `directory`, at the entry's disk path (EntryPath::disk_path),
    /// and returns its path. Folders are created; an equal file is left alone. References are
    /// followed or fetched. Bytes that are copied are compared with what was recorded when they
    /// were added; those that are shared by a reflink are not read. What lies there is replaced as
    /// by checkout. Throws: AlreadyExists if it must not be; Unsupported for a name that the file
    /// system refuses or takes for another; InvalidArgument for a directory in a store; as read.
    std::filesystem::path download(const std::filesystem::path& directory) const;

    /// Returns the bytes. References are followed or fetched.
    /// Throws: Corruption if the bytes are damaged, or a referenced file has changed; Conflict if a
    /// referenced resource has changed; NotFound if the bytes are gone; Unsupported for a scheme
    /// that cannot be fetched; InvalidFormat if references lead in a circle; Io for a server that
    /// does not answer or refuses access; IoError; DatabaseError.
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
    copy,      ///< copies every file
    hardlink,  ///< links to the object, read-only: an edit in place damages every version
};

/// What a checkout does with what lies where it writes, has other bytes, and cannot be given back:
/// no living version of the store has it. Anything that the store can give back is replaced.
enum class Conflict {
    keep,    ///< leaves it and names it in CheckoutReport::conflicts
    replace, ///< replaces it and names it in CheckoutReport::overwritten
};

/// The options of Artifact::checkout.
struct CheckoutOptions {
    LinkMode link = LinkMode::automatic; ///< how files are written
    /// Also writes `wandb_manifest.json`, and the entries of other artifacts that references need
    /// to `.sources/<id in hex>/`, so that Artifact::open_directory can restore every value.
    bool self_contained = false;
    ProgressOptions progress = {};
    Conflict conflict = Conflict::keep; ///< what happens to files that are in no version
    /// Also removes the files of other versions of the same name that this one does not have, by
    /// the same rule. Files that no version has are never touched.
    bool mirror = false;
};

/// Something that a checkout left where it was, and why.
struct CheckoutConflict {
    std::string path;   ///< below the folder; of a folder in the way, for all that goes below it
    std::string reason; ///< what lies there
    bool operator==(const CheckoutConflict&) const = default;
};

/// What a checkout wrote and what it left out.
struct CheckoutReport {
    std::uint64_t files = 0; ///< written, or found equal
    std::uint64_t bytes = 0; ///< of these files

    // How each of these files came to be; the counts add up to `files`.
    std::uint64_t unchanged = 0;  ///< an equal file existed
    std::uint64_t hard_links = 0; ///< links to an object
    std::uint64_t reflinks = 0;   ///< share the blocks of an object or referenced file
    std::uint64_t copies = 0;     ///< also those fetched from a server

    /// Values that need files of another artifact, which only a self-contained checkout writes.
    std::uint64_t values_with_sources = 0;
    /// The files that were not written, one line each with the reason: two entries with one disk
    /// path, an object that the store has lost, a reference whose target is gone or whose scheme
    /// cannot be fetched, a name that the file system refuses or takes for that of another file.
    std::vector<std::string> skipped;
    /// Warnings, one line each: what W&B's SDK would change if it read a self-contained folder and
    /// wrote it again; and files that a checkout which was killed had moved.
    std::vector<std::string> warnings;

    // What became of what lay in the folder. Paths are below it and sorted.

    std::uint64_t replaced = 0;              ///< files, links and folders that gave way to others
    std::uint64_t removed = 0;               ///< files of other versions that `mirror` removed
    std::vector<CheckoutConflict> conflicts; ///< what was left; the files there were not written
    std::vector<std::string> overwritten;    ///< destroyed by Conflict::replace; in no version
    /// Files that another living version of the same name has and this one has not. Nothing with
    /// `mirror`.
    std::vector<std::string> left_behind;

    /// Whether every entry was written or found.
    bool is_complete() const noexcept { return skipped.empty() && conflicts.empty(); }
};

/// Restores the values of one `_type` one after the other, in path order. One thread at a time.
class VITRINE_EXPORT ValueWalk {
public:
    /// See Artifact::values. Throws: as Artifact::manifest.
    ValueWalk(std::shared_ptr<const ArtifactContent> content, std::string type);

    /// Returns the path of the next value's JSON and the value; nothing at the end.
    /// Throws: what Artifact::get throws.
    std::optional<std::pair<std::string, std::shared_ptr<const Value>>> next();

private:
    std::shared_ptr<const ArtifactContent> content_;
    std::string type_;
    EntryRange entries_;
};

/// A value and its name.
template <class T>
struct NamedValue {
    std::string name; ///< the path of its JSON in the artifact
    T value;
};

/// The values of a type for one range-for loop; see Artifact::values. An input range: it can be
/// walked once, by one thread.
template <class T>
class ValueRange {
public:
    /// An input iterator. Its construction and `++` restore a value. Throws: what Artifact::get
    /// throws.
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

    /// The values that are left in `walk`, of type T.
    explicit ValueRange(ValueWalk walk) : walk_(std::move(walk)) {}

    /// Restores the first value; the range must outlive the iterator. Throws: what Artifact::get
    /// throws.
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
/// A folder without a `wandb_manifest.json` has no list of its entries: the first member that needs
/// them reads and hashes all files.
class VITRINE_EXPORT Artifact {
public:
    /// Opens a folder that W&B, `checkout` or `export wandb` wrote. If it contains a
    /// `wandb_manifest.json`, that names the entries, and references are looked up in `.sources/`;
    /// if not, every file is an entry. Nothing outside of the folder is read. `types` are copied.
    /// Throws: NotFound if there is no such folder; InvalidFormat for a malformed manifest, unsafe
    /// paths, two different files with one disk path, or files of more than 4 GiB (the manifest) or
    /// 64 MiB (the names of sources); IoError.
    static Artifact open_directory(const std::filesystem::path& directory,
                                   const TypeRegistry& types);
    /// The same with the built-in types. Throws: as the other open_directory.
    static Artifact open_directory(const std::filesystem::path& directory);

    /// "blood-cells:v0"; the file name of a folder.
    std::string name() const;
    /// The name without the version.
    std::string base_name() const;
    /// The number of the version, from 0 on; nothing for a folder.
    std::optional<std::uint64_t> version() const;
    /// The type, such as "dataset"; "" for a folder.
    std::string type() const;
    /// The id, as bytes; `wandb-artifact://` URIs contain it in hex. "" for a folder without one.
    std::string id() const;
    /// W&B's digest of the manifest: lower-case hex MD5. For a folder, reads all its entries.
    /// Throws: as manifest.
    std::string digest() const;
    /// The description; "" if it has none.
    std::string description() const;
    /// The metadata: a JSON object; {} for a folder.
    Json metadata() const;
    /// The aliases that the version had when it was opened.
    std::vector<std::string> aliases() const;
    /// UTC, RFC 3339, e.g. "2026-03-01T12:00:00Z"; "" for a folder.
    std::string created_at() const;

    /// All entries. Valid while a copy of this handle lives.
    /// Throws: for a folder without a `wandb_manifest.json` whose files cannot be hashed: IoError;
    /// InvalidArgument for a path that EntryPath refuses.
    const Manifest& manifest() const;
    /// The folders of stores that are not among the entries of a folder without a manifest: their
    /// paths relative to it, sorted. Empty for a version. Throws: as manifest.
    std::vector<std::string> left_out() const;
    /// The entry `folder`, if there is one, and the entries below it, in path order; all for "".
    /// Throws: as manifest; walking the range throws Corruption and IoError.
    EntryRange entries(std::string_view folder = "") const;

    /// Returns the value with that name: `name` is the exact path of its JSON, or that path without
    /// the suffix of a type, tried in the registry's order. Returns null if there is no such value;
    /// a plain file is no value. A value of an unregistered type is returned as an OpaqueValue.
    /// Throws: InvalidFormat if the JSON is malformed, or references lead in a circle; NotFound if
    /// a file of the value is missing; Corruption if bytes or the manifest are damaged; Unsupported
    /// if the JSON is a reference that cannot be fetched; IoError; DatabaseError; as manifest.
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
    ///
    /// Throws: as manifest; walking the range throws what get throws.
    template <class T>
    ValueRange<T> values() const {
        return ValueRange<T>(ValueWalk(content_, std::string(T::artifact_type)));
    }

    /// Returns the paths of the JSON of all values with that `_type` ("": any), in path order.
    /// Throws: Corruption; IoError; as manifest.
    std::vector<std::string> value_paths(std::string_view type = "") const;

    /// Returns the entry with that path; if there is none, the entry of the value with that name.
    /// Throws: NotFound "path not contained in artifact 'x:v0': 'name'"; Corruption; IoError;
    /// DatabaseError; as manifest.
    ArtifactPath get_path(std::string_view name) const;

    /// Writes the files below `directory` at their logical paths, as W&B's `download` does. Each
    /// file is either complete or not there, also after an error or a crash. An existing file with
    /// other content is replaced if a living version of the store has its bytes; links, folders and
    /// all other files that are in the way are left and named, unless CheckoutOptions::conflict
    /// says otherwise. Files of other names are left alone, and links are never followed out of the
    /// directory. Bytes that are copied are compared with their digest; those that are
    /// linked or shared are not read.
    ///
    /// Files that the store has lost, whose reference leads nowhere, or that have something in
    /// their way are listed in the report. Throws: InvalidArgument for a directory in a store;
    /// Unsupported if LinkMode demands what the file
    /// system cannot do; Corruption for a damaged manifest or a referenced file that has changed;
    /// Conflict for a referenced resource that has changed; InvalidFormat if references lead in a
    /// circle; Cancelled; Io for a server that does not answer or refuses access; IoError;
    /// DatabaseError; as manifest.
    CheckoutReport checkout(const std::filesystem::path& directory,
                            const CheckoutOptions& options = {}) const;
    /// checkout with default options. W&B: artifact.download(root). Throws: as checkout.
    CheckoutReport download(const std::filesystem::path& directory) const;

    /// Reads all bytes of this artifact and of the artifacts that it references, and compares them
    /// with their digests. Places outside of the store are not read. Damaged, missing and
    /// unreadable bytes are reported, not thrown. Throws: Cancelled; Corruption if a manifest is
    /// damaged; IoError; DatabaseError; as manifest.
    VerifyReport verify(const ProgressOptions& progress = {}) const;

    /// Reads the files below `directory`, and compares them with the entries of this artifact: says
    /// whether the directory still is what `checkout` wrote. Entries whose bytes have no digest
    /// that can be compared are passed over, as are files that are no entry's. Missing, unreadable
    /// and other bytes are reported, not thrown; of each Damage `object` is the path of the file.
    /// Throws: NotFound if there is no such directory; as verify.
    VerifyReport verify_directory(const std::filesystem::path& directory,
                                  const ProgressOptions& progress = {}) const;

    /// Returns a draft of the next version that starts with all entries of this one.
    /// Throws: Unsupported for a folder; InvalidArgument if the store was opened read-only;
    /// IoError; DatabaseError.
    ArtifactBuilder new_draft() const;

    /// Returns the artifact as the source that its values are restored from; never null.
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
