// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/value/value_source.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// The file behind a media value: a file of the user's, bytes in memory, or a file of an
/// artifact. A cheap handle; immutable; safe to use from many threads.
class MediaFile {
public:
    enum class Kind {
        local,  ///< a user's file: kept as it is, named by the user
        memory, ///< made from data ("temporary" in W&B)
        source, ///< a file of the artifact that the value was restored from
    };

    /// Hashes the file; its bytes are read again when they are needed.
    /// Throws: IoError (NotFound if it is not there), InvalidArgument for a folder.
    static MediaFile from_path(const std::filesystem::path& path);
    /// The same, and the bytes, which are read once. Throws: as from_path.
    static std::pair<MediaFile, std::string> load(const std::filesystem::path& path);
    /// `suffix` is the declared extension with its dot: ".png", ".mask.png".
    static MediaFile from_bytes(std::string bytes, std::string suffix);
    /// Throws: NotFound.
    static MediaFile from_source(std::shared_ptr<const ValueSource> source, std::string_view path);

    Kind kind() const noexcept;
    std::uint64_t size() const noexcept;
    /// Of the bytes as they were at construction. (A file of a plain W&B directory is hashed when
    /// this is first asked.)
    const Sha256& sha256() const;

    /// Local: the path as the user wrote it. Source: the path in the artifact. Memory: "".
    const std::string& path() const noexcept;
    /// The last component of path(); for memory "".
    std::string file_name() const;
    /// What with_extension declared. Else of memory the declared suffix, and of a file the text
    /// from the last dot of file_name() on; "" where there is none but at its start, as Python's
    /// os.path.splitext.
    std::string extension() const;
    /// The same file with a declared extension, for kinds that more than the last dot tells
    /// (".bokeh.json").
    MediaFile with_extension(std::string extension) const;
    /// Source: the artifact that holds the file; else null.
    std::shared_ptr<const ValueSource> source() const noexcept;

    /// The bytes. Throws: Conflict if a local file is no longer what it was at construction;
    /// what ValueSource::read throws.
    std::string read() const;
    /// Local: the path; source: where the source has a file on disk.
    std::optional<std::filesystem::path> local_path() const;

private:
    struct Body;
    explicit MediaFile(std::shared_ptr<const Body> body);
    std::shared_ptr<const Body> body_;
    std::string declared_extension_;
};

} // namespace vitrine
