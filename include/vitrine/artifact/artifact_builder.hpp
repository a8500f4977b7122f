// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/core/progress.hpp>
#include <vitrine/manifest/entry.hpp>
#include <vitrine/value/value.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The options of ArtifactBuilder::add_file.
struct AddFileOptions {
    /// W&B's is_tmp: in the last component of the name, the part before the first dot is replaced
    /// by the first 8 hex digits of the file's MD5. "tmp/abc.txt" becomes "tmp/f97c5d29.txt".
    bool is_tmp = false;
    /// Unlinks the user's file after the commit, if it has not changed since it was read.
    bool move = false;
};

/// What add_dir has added.
struct AddedFiles {
    std::uint64_t files = 0; ///< number of files
    std::uint64_t bytes = 0; ///< sum of their sizes
    /// Folders of stores that were left out: below the path that was given, sorted.
    std::vector<std::string> left_out = {};
};

/// The options of ArtifactBuilder::add_dir.
struct AddDirOptions {
    /// Also removes the draft's entries below `name` that the folder lacks.
    bool mirror = false;
    /// With `mirror`: takes a folder that is missing or has no files for an empty one, and removes
    /// all of these entries. Else that is an error, as the folder may just not be mounted.
    bool allow_empty = false;
    bool move = false; ///< as AddFileOptions::move, for each file
    ProgressOptions progress = {};
};

/// The options of ArtifactBuilder::add_reference.
struct AddReferenceOptions {
    /// Inspects what the URI names: size, digest, and the files of a folder.
    bool checksum = true;
    /// A folder may contain at most this many files; else add_reference throws InvalidArgument.
    std::uint64_t max_objects = 10000;
    /// Stops waiting for a server; add_reference then throws Cancelled.
    std::stop_token stop = {};
    /// Called for each folder of a store that is left out of a `file:` folder, with its path. May
    /// be empty.
    std::function<void(const std::string&)> left_out = {};
};

/// A draft of an artifact version. Bytes are copied to the store's staging folder when they are
/// added; Store::commit makes the draft a version. A draft that is destroyed without a commit
/// leaves nothing.
///
/// All members may be called from many threads at the same time; the result is that of some order
/// of the calls. Only metadata, description, a move and a commit need exclusive access.
///
/// A path can be added only once in a draft: other content under the same path is an error
/// (AlreadyExists, "cannot add the same path twice: '...'"). Entries that the draft started with
/// may be replaced. A call that throws leaves the draft as it was, except add_dir.
///
/// After the draft was committed or moved from, every member throws InvalidArgument "can't add to
/// finalized artifact"; the lines that begin with "Throws" name the other errors. All members that
/// add or remove throw Corruption if the version that the draft started with is damaged.
class VITRINE_EXPORT ArtifactBuilder {
public:
    /// Takes the draft over; `other` is as after a commit.
    ArtifactBuilder(ArtifactBuilder&& other) noexcept;
    ArtifactBuilder& operator=(ArtifactBuilder&&) noexcept;
    ~ArtifactBuilder();

    /// The name of the artifact. Valid until the draft is committed or destroyed, as are the type,
    /// the metadata and the description. Throws: InvalidArgument after a commit, as all members.
    const std::string& name() const;
    /// The type of the artifact. Throws: as name.
    const std::string& type() const;

    /// Adds a value under `name`: its media files, then its JSON at with_suffix(name). Returns the
    /// entry of the JSON. A value that was restored from an artifact of this store is added as one
    /// reference to the entry there. The same value under a second name is a second entry.
    /// Throws: AlreadyExists; InvalidArgument for the name; IoError; DatabaseError; what
    /// Value::write_json throws.
    Entry add(const Value& value, std::string_view name);

    /// Adds a file under `name`; under its own name if that is "".
    /// Throws: NotFound "path is not a file: '...'"; InvalidArgument for the name; AlreadyExists;
    /// IoError; DatabaseError.
    Entry add_file(const std::filesystem::path& path, std::string_view name = "",
                   const AddFileOptions& options = {});

    /// Adds all files below a folder as "<name>/<relative path>", or as the relative path if `name`
    /// is "". Links are followed. Several threads read the files. Returns their number and bytes.
    /// The folder of any store, one that has vitrine.json and catalog.sqlite, is left out, also
    /// where a link leads to it or into it.
    /// Throws: NotFound "path is not a directory: '...'"; InvalidArgument for a link to nothing or
    /// to a folder that contains it, for what is neither a file nor a folder, for a folder that is
    /// a store or in one, and for the mirror of an empty folder; Cancelled; what
    /// add_file throws. Files added before an error stay in the draft.
    AddedFiles add_dir(const std::filesystem::path& path, std::string_view name = "",
                       const AddDirOptions& options = {});

    /// Adds a reference to a URI and returns the new entries. Only `file://` reads bytes, to hash
    /// them.
    ///
    /// - `wandb-artifact://<id in hex>/<path>`: an entry of an artifact of this store. If that is a
    ///   reference itself, it is followed to the artifact that has the file.
    /// - `file://`: one file, or each file of a folder.
    /// - `http://`, `https://`: size and ETag as the server reports them.
    /// - `s3://`, `gs://`: one object, or each object below a folder.
    /// - Any other scheme, and every scheme if `checksum` is false: the URI alone.
    ///
    /// Throws: InvalidArgument for text that is not a URI, for a URI that ends without a file name
    /// if `name` is "", for more than max_objects files, and for half a pair of credentials;
    /// NotFound; AlreadyExists; Conflict if a resource changes meanwhile; Io for a server that does
    /// not answer or refuses access; InvalidFormat for a malformed answer, malformed credentials or
    /// a malformed `wandb-artifact:` URI; Unsupported for a remote scheme with `checksum` in a
    /// build without libcurl, and for a kind of credentials; Cancelled; IoError; DatabaseError.
    std::vector<Entry> add_reference(std::string_view uri, std::string_view name = "",
                                     const AddReferenceOptions& options = {});
    /// Adds a reference to an entry of another artifact of this store, under `name` or, if that is
    /// "", its file name. W&B: add_reference(get_path(...)).
    /// Throws: InvalidArgument for an artifact that is not in this store, or for the name;
    /// AlreadyExists; InvalidFormat if references lead in a circle; IoError; DatabaseError.
    Entry add_reference(const ArtifactPath& path, std::string_view name = "");

    /// Adds a file that `write` writes to a stream; it is called once, by this thread. Leading
    /// slashes of `name` are dropped, as in W&B. Throws: AlreadyExists if anything was added under
    /// that name; InvalidArgument for the name; IoError; DatabaseError; what `write` throws.
    Entry new_file(std::string_view name, const std::function<void(std::ostream&)>& write);
    /// Adds a file with these bytes. Throws: AlreadyExists; InvalidArgument for the name; IoError;
    /// DatabaseError.
    Entry add_bytes(std::string_view bytes, std::string_view name);

    /// Removes the entry at `path`; if there is none, all entries below the folder `path`. With a
    /// value, the media files that no other value of the draft names are removed too. Returns the
    /// number of entries removed. The first call that removes or replaces a value reads the JSON of
    /// all values of the draft.
    /// Throws: NotFound if there is neither; InvalidFormat if a value's JSON is malformed; IoError;
    /// DatabaseError.
    std::uint64_t remove(std::string_view path);

    /// Replaces the metadata. Throws: InvalidArgument unless it is a JSON object that render_json
    /// accepts.
    void set_metadata(Json metadata);
    /// Replaces the description. Throws: InvalidArgument unless it is UTF-8.
    void set_description(std::string description);
    /// The metadata: a JSON object. Throws: as name.
    const Json& metadata() const;
    /// The description; "" if it has none. Throws: as name.
    const std::string& description() const;

    /// The manifest as it would be committed now. It does not change with the draft. Throws: as
    /// name.
    Manifest manifest() const;
    /// W&B's digest of that manifest: lower-case hex MD5. Throws: as Manifest::digest.
    std::string digest() const { return manifest().digest(); }

private:
    friend class Artifact;
    friend class Store;
    class Draft;
    explicit ArtifactBuilder(std::unique_ptr<Draft> draft);
    Draft& draft() const;
    std::unique_ptr<Draft> draft_;
};

} // namespace vitrine
