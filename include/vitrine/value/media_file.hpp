// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/value/value_source.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// The file of a media value: a user's file, bytes in memory, or a file of an artifact. A cheap
/// handle; immutable; safe to use from many threads.
class VITRINE_EXPORT MediaFile {
public:
    enum class Kind {
        local,  ///< a user's file: kept byte for byte, under the user's name
        memory, ///< made from data ("temporary" in W&B)
        source, ///< a file of the artifact that the value was restored from
    };

    /// Hashes the file; its bytes are read again when they are needed.
    /// Throws: IoError (code NotFound if the file is missing), InvalidArgument for a folder.
    static MediaFile from_path(const std::filesystem::path& path);
    /// As from_path, and returns the bytes, which are read once. Throws: as from_path.
    static std::pair<MediaFile, std::string> load(const std::filesystem::path& path);
    /// A file in memory. `suffix` is the declared extension with its dot: ".png", ".mask.png".
    static MediaFile from_bytes(std::string bytes, std::string suffix);
    /// The file at an exact path of a source; reads no byte.
    /// Throws: InvalidArgument for a null source; what ValueSource::file throws.
    static MediaFile from_source(std::shared_ptr<const ValueSource> source, std::string_view path);

    /// Where the bytes are.
    Kind kind() const noexcept;
    /// The number of bytes at construction.
    std::uint64_t size() const noexcept;
    /// The digest of the bytes as they were at construction. The first call hashes a file of a
    /// plain W&B directory. Valid while a copy of this handle lives.
    /// Throws: what ValueSource::read throws, for such a file.
    const Sha256& sha256() const;

    /// Local: the path as the user wrote it. Source: the path in the artifact. Memory: "". Valid
    /// while a copy of this handle lives.
    const std::string& path() const noexcept;
    /// The last component of path(); for memory "".
    std::string file_name() const;
    /// The extension with its dot: what with_extension declared; else, for memory, the declared
    /// suffix; else the text from the last dot of file_name() on. A dot at the start does not
    /// count, as in Python's os.path.splitext. "" if there is none.
    std::string extension() const;
    /// The same file with a declared extension, for extensions with several dots (".bokeh.json").
    MediaFile with_extension(std::string extension) const;
    /// Source: the artifact that holds the file; else null.
    std::shared_ptr<const ValueSource> source() const noexcept;

    /// Returns the bytes. Throws: Conflict if a local file has changed since construction; IoError;
    /// what ValueSource::read throws.
    std::string read() const;
    /// Local: the path. Source: the path of a file on disk, if the source has one. Memory: nothing.
    /// Throws: what ValueSource::local_path throws.
    std::optional<std::filesystem::path> local_path() const;

private:
    struct Body;
    explicit MediaFile(std::shared_ptr<const Body> body);
    std::shared_ptr<const Body> body_;
    std::string declared_extension_;
};

} // namespace vitrine
