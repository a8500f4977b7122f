// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
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

/// What a value is written to: an artifact or a run. Exactly one of the two is not null.
class ValueSink {
public:
    virtual ~ValueSink() = default;
    virtual ArtifactSink* artifact() noexcept { return nullptr; }
    virtual RunSink* run() noexcept { return nullptr; }
};

/// Where a nested value was put in an artifact.
struct AddedValue {
    std::string path;   ///< of its JSON
    std::string digest; ///< W&B's, of the JSON
};

/// What values need of an artifact that is being written.
class ArtifactSink : public ValueSink {
public:
    ArtifactSink* artifact() noexcept final { return this; }

    /// Adds the file of a media value and returns its path in the artifact: the path under which
    /// that local file was added before; else a name below `folder` that the dialect makes; a file
    /// of another artifact of the store becomes a reference under its own path.
    /// Throws: Conflict if the local file has changed since construction, AlreadyExists if the
    /// path is taken by other content.
    virtual std::string add_media(const MediaFile& file, std::string_view folder) = 0;

    /// Adds a value that others refer to (class sets) and returns where it lies: where that same
    /// object was added before; where it came from, if it was restored from an artifact; else at
    /// `path` (a whole entry path), or at a path of its own where `path` is taken by another one.
    virtual AddedValue add_shared(const Value& value, std::string_view path) = 0;

    /// Adds a value under a path that its user made up for it, and returns where it lies: where
    /// that same object was added before; else at `path` (a whole entry path), as a reference if it
    /// was restored from an artifact of the store, or at a path of its own where `path` is taken.
    virtual AddedValue add_value(const Value& value, std::string_view path) = 0;

    /// The same of a value that is not restored for it: the JSON at an exact path of an artifact.
    /// Throws: NotFound where it has none there.
    virtual AddedValue add_entry(const SourcePath& entry, std::string_view path) = 0;

    /// Whether something lies at an exact path.
    virtual bool contains(std::string_view path) const = 0;

    /// Keeps `note` beside the JSON that is being written, in its entry's `extra` under "vitrine":
    /// what W&B's JSON has no place for. It enters no W&B digest, and Artifact::get hands it to
    /// from_json by with_annotations.
    virtual void annotate(std::string_view key, Json note) = 0;

    /// The form of W&B's paths and JSON to write.
    virtual const Dialect& dialect() const noexcept = 0;
};

/// What values need of a run that they are logged to.
class RunSink : public ValueSink {
public:
    RunSink* run() noexcept final { return this; }

    /// Identifies the run: a media value bound to one run cannot be referred to from another.
    virtual std::string run_id() const = 0;
    /// The run's folder for files; paths in its JSON are relative to it.
    virtual std::filesystem::path directory() const = 0;

    /// Copies the file to `path` below directory(), making folders; what was there is replaced.
    /// Throws: InvalidArgument for a path that leaves the folder; IoError.
    virtual void put_file(const MediaFile& file, std::string_view path) = 0;
    /// Keeps `value` in the run's config under `_wandb` / `section` / `key`, as W&B keeps class
    /// labels: {"type": section, "key": key, "value": value}.
    virtual void add_singleton(std::string_view section, std::string_view key, Json value) = 0;
    /// Tells the user of something that was left out or looks wrong.
    virtual void warn(std::string_view message) = 0;
};

} // namespace vitrine
