// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/value/media_file.hpp>
#include <vitrine/value/value.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace vitrine {

/// A value that is kept as a file outside its JSON.
///
/// Immutable but for bind_to_run, which changes the body that all copies of a handle share. Safe to
/// use from many threads, bind_to_run included.
class VITRINE_EXPORT Media : public Value {
public:
    std::string_view class_name() const override = 0;
    /// The folder for files of this type in artifacts and runs: "media/images".
    virtual std::string_view media_subdir() const = 0;

    /// Copies the file (never moves it) to `<media_subdir>/<key>_<step>_<id><extension>` of the
    /// run and remembers it, so that to_json can be called with that run. `key`, `step` and `id`
    /// are numbers, text or null and are printed as Python's str() prints them (null: "None"); for
    /// a null `id` the first 8 hex digits of the SHA-256 are used. Slashes in the key make folders.
    /// A value may be bound again; the last binding counts.
    ///
    /// Throws: InvalidArgument for a key, step or id of another kind, a key that leads out of the
    /// run's folder, or a value without a file; what `file` and RunSink::put_file throw.
    virtual void bind_to_run(RunSink& run, const Json& key, const Json& step,
                             const Json& id = nullptr) const;

    /// Whether bind_to_run was called on this value. Throws: InvalidArgument for a handle that was
    /// moved from.
    bool is_bound() const;
    /// Whether the value has a file: false for a handle that was moved from, for a value that is
    /// its own JSON in an artifact (a table) before it was bound to a run, and for a graph that W&B
    /// stored without its file.
    bool file_is_set() const noexcept;

    /// The file. After bind_to_run this is the copy in the run, unless the file belongs to an
    /// artifact.
    /// Throws: InvalidArgument if there is none (see file_is_set); Conflict if the copy in the run
    /// has changed; IoError if it cannot be read, with the code NotFound if it is gone.
    MediaFile file() const;
    /// The digest of the file as it was when the value was made. (See MediaFile::sha256.) Valid
    /// while a copy of this handle lives.
    /// Throws: InvalidArgument if there is no file; what MediaFile::sha256 throws.
    const Sha256& sha256() const;
    /// The size of the file in bytes. Throws: InvalidArgument if there is no file.
    std::uint64_t size() const;
    /// Returns the bytes of the file. Throws: what file and MediaFile::read throw.
    std::string read_file() const;

protected:
    /// A value that is kept in `file`.
    explicit Media(MediaFile file);
    /// For a type that gets a file only when it is bound to a run: see make_run_file.
    Media();

    /// Returns the file to put into `run`: the value's own, unless a type overrides this.
    /// Throws: what `file` throws; what an override throws.
    virtual MediaFile make_run_file(RunSink& run) const;

    /// {"_type": `type`, "path", "sha256", "size"} for a run that the value is bound to.
    /// Throws: InvalidArgument if it is bound to none or to another.
    Json run_json(RunSink& run, std::string_view type) const;

private:
    struct Body;
    const Body& body() const;
    const MediaFile& own_file() const;
    std::shared_ptr<Body> media_;
};

} // namespace vitrine
