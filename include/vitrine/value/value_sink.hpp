// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/value/dialect.hpp>
#include <vitrine/value/media_file.hpp>
#include <vitrine/value/value_source.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace vitrine {

class ArtifactSink;
class RunSink;
class Value;

/// The target to which a value is written: an artifact or a run. Exactly one of the two is not
/// null.
class VITRINE_EXPORT ValueSink {
public:
    virtual ~ValueSink() = default;
    /// The artifact, or null.
    virtual ArtifactSink* artifact() noexcept { return nullptr; }
    /// The run, or null.
    virtual RunSink* run() noexcept { return nullptr; }
};

/// The entry of a nested value in an artifact.
struct AddedValue {
    std::string path;   ///< of its JSON
    std::string digest; ///< W&B's digest of the JSON: base64 MD5
};

/// The operations that a value needs of an artifact that is being written.
class VITRINE_EXPORT ArtifactSink : public ValueSink {
public:
    ArtifactSink* artifact() noexcept final { return this; }

    /// Adds the file of a media value and returns its path in the artifact. If that local file was
    /// added before, this is its path; else the dialect chooses a name below `folder`. A file of
    /// another artifact of the store becomes a reference under its own path.
    /// Throws: Conflict if the local file has changed since construction; AlreadyExists if the
    /// path is taken by other content; Corruption if the bytes of a source are damaged; IoError;
    /// DatabaseError; what MediaFile::read throws.
    virtual std::string add_media(const MediaFile& file, std::string_view folder) = 0;

    /// Adds a value to which others refer (class sets) and returns its entry: the earlier one if
    /// the same object was added before; its original one if it was restored from an artifact; else
    /// at `path` (a complete entry path), or at a path of its own if other content has taken
    /// `path`. Throws: what Value::to_json and add_media throw.
    virtual AddedValue add_shared(const Value& value, std::string_view path) = 0;

    /// Adds a value under a path that the calling value chose, and returns its entry: the earlier
    /// one if the same object was added before; else at `path` (a complete entry path), as a
    /// reference if it was restored from an artifact of the store, or at a path of its own if
    /// `path` is taken. Throws: what Value::to_json and add_media throw.
    virtual AddedValue add_value(const Value& value, std::string_view path) = 0;

    /// As add_value, without restoring the value: adds the JSON at an exact path of another
    /// artifact. Throws: NotFound if there is no entry at that path; Unsupported for a value of an
    /// unregistered type that is in no artifact of the store; what add_value throws.
    virtual AddedValue add_entry(const SourcePath& entry, std::string_view path) = 0;

    /// Whether there is an entry at an exact path. Throws: Corruption; IoError.
    virtual bool contains(std::string_view path) const = 0;

    /// Stores `note` beside the JSON that is being written, in its entry's `extra` under "vitrine",
    /// for what W&B's JSON cannot hold. It enters no W&B digest. Artifact::get passes it to
    /// from_json by with_annotations.
    virtual void annotate(std::string_view key, Json note) = 0;

    /// The form in which to write W&B's paths and JSON.
    virtual const Dialect& dialect() const noexcept = 0;
};

/// The operations that a value needs of the run to which it is logged.
class VITRINE_EXPORT RunSink : public ValueSink {
public:
    RunSink* run() noexcept final { return this; }

    /// Identifies the run: a media value bound to one run cannot be referred to from another.
    virtual std::string run_id() const = 0;
    /// The run's folder for files; paths in its JSON are relative to it.
    virtual std::filesystem::path directory() const = 0;

    /// Copies the file to `path` below directory(), makes folders, and replaces an existing file.
    /// Throws: InvalidArgument for a path that leaves the folder; IoError; what MediaFile::read
    /// throws.
    virtual void put_file(const MediaFile& file, std::string_view path) = 0;
    /// Stores `value` in the run's config under `_wandb` / `section` / `key`, as W&B stores class
    /// labels: {"type": section, "key": key, "value": value}.
    /// Throws: InvalidArgument for a finished run, or text that is not UTF-8; IoError.
    virtual void add_singleton(std::string_view section, std::string_view key, Json value) = 0;
    /// Warns the user of something that was left out or looks wrong. Does not throw.
    virtual void warn(std::string_view message) = 0;
};

} // namespace vitrine
