// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

class TypeRegistry;
class Value;
class ValueSource;

/// What a source knows about one of its files without reading it.
struct SourceFile {
    std::string path;             ///< in the source that holds the bytes
    std::uint64_t size = 0;       ///< bytes
    std::optional<Sha256> sha256; ///< absent if only an MD5 is known (a plain W&B directory)
    std::string digest;           ///< W&B's digest: base64 MD5
    /// The source that holds the bytes. Not the source that was asked if its entry is a reference.
    std::shared_ptr<const ValueSource> owner;
};

/// The origin of restored values: an artifact, or files in memory in a test. Immutable; safe to use
/// from many threads. A restored value shares ownership of its source, so it works after the Store
/// and Artifact variables are gone.
class VITRINE_EXPORT ValueSource : public std::enable_shared_from_this<ValueSource> {
public:
    virtual ~ValueSource() = default;

    /// "blood-cells:v0"; a directory opened as an artifact has the directory's name.
    virtual std::string name() const = 0;
    /// The opaque bytes that identify the artifact in `wandb-artifact://` URIs; may be empty.
    virtual std::string id() const = 0;
    /// The types that restore its values. Valid while this source lives.
    virtual const TypeRegistry& types() const = 0;

    /// The file at an exact path; references are resolved. Throws: NotFound that names source and
    /// path; InvalidFormat if references lead in a circle; Corruption; IoError; DatabaseError.
    virtual SourceFile file(std::string_view path) const = 0;
    /// Whether there is a file at that path. The text need not be a path. Throws: what file throws,
    /// but for NotFound and InvalidArgument.
    virtual bool contains(std::string_view path) const;
    /// The paths of all files below a folder, in path order; empty if there is no such folder.
    /// Throws: Corruption; IoError.
    virtual std::vector<std::string> files_below(std::string_view folder) const = 0;
    /// Returns the file's bytes, checked against their digest. A referenced file or resource is
    /// read where it is.
    /// Throws: NotFound; Corruption; Conflict if a referenced resource has changed; Unsupported for
    /// a reference whose bytes cannot be fetched; what file throws.
    virtual std::string read(std::string_view path) const = 0;
    /// The path of a file on disk with exactly these bytes, if there is one. Do not write to it.
    /// Throws: what file throws.
    virtual std::optional<std::filesystem::path> local_path(std::string_view path) const = 0;
    /// Restores the value whose JSON is at an exact path. Its artifact_source is the source that
    /// holds it. Null for an unknown `_type`. Throws: InvalidFormat if the JSON is malformed; what
    /// read and the type's from_json throw.
    virtual std::shared_ptr<const Value> value(std::string_view path) const = 0;
};

/// A file of an artifact, for a reference from another one. See ArtifactPath::source_path.
struct SourcePath {
    std::shared_ptr<const ValueSource> source; ///< never null
    std::string path;                          ///< of an entry in `source`
};

} // namespace vitrine
