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

struct AddFileOptions {
    /// W&B's is_tmp: the first part of the last component of the name becomes the first 8 hex
    /// digits of the file's MD5.
    bool is_tmp = false;
    /// Unlinks the user's file after the commit, if it is still what was read.
    bool move = false;
};

/// What add_dir has added.
struct AddedFiles {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

struct AddDirOptions {
    /// Also removes the draft's entries below `name` that the folder lacks.
    bool mirror = false;
    bool move = false;
    ProgressOptions progress = {};
};

struct AddReferenceOptions {
    /// Look at what the URI names: its size and digest, and the files of a folder.
    bool checksum = true;
    /// As many files may one folder hold.
    std::uint64_t max_objects = 10000;
    /// Ends the wait for a server, with Cancelled.
    std::stop_token stop = {};
};

/// A draft of an artifact version: what is added goes to the store's staging folder at once, and
/// becomes a version by Store::commit. Dropped without a commit it leaves nothing.
///
/// All members may be called from many threads at once; the result is that of some order of the
/// calls. A name taken in this draft by other content is an error (AlreadyExists, "cannot add the
/// same path twice: '...'"); entries that the draft started with may be replaced. Metadata and
/// description are one thread's at a time.
///
/// After it was committed or moved from, every member throws InvalidArgument "can't add to
/// finalized artifact".
class VITRINE_EXPORT ArtifactBuilder {
public:
    ArtifactBuilder(ArtifactBuilder&&) noexcept;
    ArtifactBuilder& operator=(ArtifactBuilder&&) noexcept;
    ~ArtifactBuilder();

    const std::string& name() const;
    const std::string& type() const;

    /// Adds a value under `name`: its media files, then its JSON at with_suffix(name). A value
    /// that came from an artifact of this store becomes one reference to that entry. Gives the
    /// entry of the JSON. The same object under a second name is a second entry.
    /// Throws: what Value::to_json throws, AlreadyExists; then the draft is as it was.
    Entry add(const Value& value, std::string_view name);

    /// Adds a file under `name`, or under its own name if that is "".
    /// Throws: NotFound "path is not a file: '...'", InvalidArgument for the name, AlreadyExists.
    Entry add_file(const std::filesystem::path& path, std::string_view name = "",
                   const AddFileOptions& options = {});

    /// Adds all files below a folder, links followed, as [name/]relative path, and says how many
    /// they are. Files are read by several threads.
    /// Throws: NotFound "path is not a directory: '...'"; Cancelled; what add_file throws. What was
    /// added before an error stays in the draft.
    AddedFiles add_dir(const std::filesystem::path& path, std::string_view name = "",
                       const AddDirOptions& options = {});

    /// Adds a reference: `wandb-artifact://<id in hex>/<path>` (an entry of an artifact of this
    /// store; resolved to the artifact that holds the file); `file://` (one file, or each file of a
    /// folder); `http://` and `https://` (what the server says of it); `s3://` and `gs://` (one
    /// object, or each object below a folder); or any other scheme, or any with `checksum` off
    /// (tracked, not looked at). Bytes are not read, but for `file://`.
    /// Throws: InvalidArgument for no URI, or an unknown scheme without a name; NotFound; Io for a
    /// server that does not answer or lets nobody in; Unsupported for a remote scheme with
    /// `checksum` in a build without libcurl; Cancelled.
    std::vector<Entry> add_reference(std::string_view uri, std::string_view name = "",
                                     const AddReferenceOptions& options = {});
    /// Adds a reference to an entry of another artifact: W&B's add_reference(get_path(...)).
    Entry add_reference(const ArtifactPath& path, std::string_view name = "");

    /// Writes a new file through a stream: `write` is called with it once. Slashes in front of
    /// `name` are dropped, as W&B does.
    /// Throws: AlreadyExists if the draft has added something under that name; what `write` throws.
    Entry new_file(std::string_view name, const std::function<void(std::ostream&)>& write);
    /// The same from bytes that are there.
    Entry add_bytes(std::string_view bytes, std::string_view name);

    /// Removes the entry, or all entries below a folder; a removed value takes with it the media
    /// files that no other value of the draft names. Gives the number of entries removed. (The
    /// first call that removes or replaces a value reads the JSON of all values of the draft.)
    /// Throws: NotFound.
    std::uint64_t remove(std::string_view path);

    /// A JSON object; replaces what was there. Throws: InvalidArgument otherwise.
    void set_metadata(Json metadata);
    void set_description(std::string description);
    const Json& metadata() const;
    const std::string& description() const;

    /// The manifest as it would be committed now, and its W&B digest.
    Manifest manifest() const;
    std::string digest() const { return manifest().digest(); }

private:
    friend class Artifact;
    friend class Store;
    friend class AddSession;
    class Draft;
    explicit ArtifactBuilder(std::unique_ptr<Draft> draft);
    Draft& draft() const;
    std::unique_ptr<Draft> draft_;
};

} // namespace vitrine
