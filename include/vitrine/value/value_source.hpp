// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
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

/// What a source knows of one of its files without reading it.
struct SourceFile {
    std::string path;             ///< in the source that holds the bytes
    std::uint64_t size = 0;       ///< bytes
    std::optional<Sha256> sha256; ///< absent where only an MD5 is known (a plain W&B directory)
    std::string digest;           ///< W&B's: base64 MD5
    /// The source that holds the bytes: not the one asked, where its entry is a reference.
    std::shared_ptr<const ValueSource> owner;
};

/// What values are restored from: an artifact, or a test's files in memory. Immutable; safe to
/// use from many threads. A restored value shares ownership of its source, so it works after the
/// Store and Artifact variables are gone.
class ValueSource : public std::enable_shared_from_this<ValueSource> {
public:
    virtual ~ValueSource() = default;

    /// "blood-cells:v0"; a directory opened as an artifact has the directory's name.
    virtual std::string name() const = 0;
    /// The opaque bytes that identify the artifact in `wandb-artifact://` URIs; may be empty.
    virtual std::string id() const = 0;
    /// The types that its values are restored by.
    virtual const TypeRegistry& types() const = 0;

    /// The file at an exact path, references resolved. Throws: NotFound that names source and
    /// path.
    virtual SourceFile file(std::string_view path) const = 0;
    /// Whether file(path) gives one; asked of texts that need not be paths.
    virtual bool contains(std::string_view path) const;
    /// The paths of all files below a folder, in path order; none where there is no such folder.
    virtual std::vector<std::string> files_below(std::string_view folder) const = 0;
    /// The file's bytes, checked against their digest. Throws: NotFound, Corruption, IoError.
    virtual std::string read(std::string_view path) const = 0;
    /// A file on disk with these bytes, where the source has one; never to be written to.
    virtual std::optional<std::filesystem::path> local_path(std::string_view path) const = 0;
    /// The value whose JSON lies at an exact path, with its artifact_source set to the source that
    /// holds it; null for an unknown `_type`. Throws: NotFound, InvalidFormat.
    virtual std::shared_ptr<const Value> value(std::string_view path) const = 0;
};

/// A file of an artifact, to be referred to from another one. See ArtifactPath::source_path.
struct SourcePath {
    std::shared_ptr<const ValueSource> source;
    std::string path;
};

} // namespace vitrine
