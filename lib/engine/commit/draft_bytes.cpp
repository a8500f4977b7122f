// SPDX-License-Identifier: MIT
// How bytes are staged. Small ones are hashed in one go and appended to a pack, or written to a new
// file under its final name. Large files are copied in pieces, with SHA-256 and MD5 computed in
// parallel. Which files are read at all is decided in file_batch.cpp.
#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/parallel.hpp"
#include "core/text.hpp"
#include "engine/commit/draft_staging.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Large files are read and hashed in pieces of this size.
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

std::span<std::byte> piece_buffer() {
    thread_local const auto buffer = std::make_unique_for_overwrite<std::byte[]>(kPieceBytes);
    return {buffer.get(), kPieceBytes};
}

/// Calls `write`; removes the file at `path` if it throws.
template <class Write>
void write_or_remove(FileSystem& files, const fs::path& path, const Write& write) {
    try {
        write();
    } catch (Error& error) {
        try {
            files.remove(path);
        } catch (const Error& second) {
            error.add_context(concat("a staged file was left behind (", second.what(), ")"));
        }
        throw;
    }
}

/// Writing to disk begins early for larger files that will be flushed.
constexpr std::size_t kEarlyBytes = std::size_t{256} << 10U;

void write_new(FileSystem& files, const fs::path& path, std::span<const std::byte> bytes,
               bool durable) {
    const FileDescriptor file = files.create_file(path);
    write_or_remove(files, path, [&] { files.write(file, bytes, path); });
    if (durable && bytes.size() > kEarlyBytes) {
        begin_write_back(file, 0, bytes.size());
    }
}

/// MD5 takes the longest for a large file, then SHA-256, then the write. So each piece is hashed by
/// one thread with MD5, and by another with SHA-256, which then writes it.
class LargeFileHasher {
public:
    template <class Write>
    void update(std::span<const std::byte> piece, const Write& write) {
        // A thread that waits here must not start with another file in the meantime: it would reuse
        // the buffer of this piece.
        isolate_tasks([&] {
            parallel_invoke([&] { md5_.update(piece); },
                            [&] {
                                sha256_.update(piece);
                                write();
                            });
        });
    }

    Digests finish() {
        Digests digests = sha256_.finish();
        digests.md5 = md5_.finish().md5;
        return digests;
    }

private:
    Hasher sha256_{Hash::Sha256};
    Hasher md5_{Hash::Md5};
};

/// Copies the bytes of `source` to the new file `target`, by reflink if possible. Returns the
/// digests of what was written, even if the source changes in the meantime.
Digests copy_and_hash(FileSystem& files, const FileDescriptor& source, const fs::path& source_path,
                      const FileDescriptor& target, const fs::path& target_path, bool durable) {
    LargeFileHasher hasher;
    const std::span<std::byte> buffer = piece_buffer();
    const bool shared = files.reflink(source, target, target_path);
    const FileDescriptor staged = shared ? open_linkless(target_path) : FileDescriptor();
    const FileDescriptor& input = shared ? staged : source;
    std::uint64_t offset = 0;
    while (const std::size_t got = read_at(input, buffer, offset, source_path)) {
        const auto piece = std::span<const std::byte>(buffer).first(got);
        hasher.update(piece, [&] {
            if (!shared) {
                files.write(target, piece, target_path);
            }
            if (durable) {
                begin_write_back(target, offset, piece.size());
            }
        });
        offset += got;
    }
    return hasher.finish();
}

} // namespace

StoredBytes DraftStaging::put_bytes(std::span<const std::byte> bytes) {
    require_open();
    const Digests digests = digests_of(bytes);
    if (!is_known(digests.sha256)) {
        stage(bytes, digests);
    }
    return {digests.sha256, digests.md5, digests.size};
}

bool DraftStaging::is_known(const Sha256& object) {
    return objects_.find(object) || store_->readers.borrow()->objects.present(object, epoch());
}

void DraftStaging::stage(std::span<const std::byte> bytes, const Digests& digests) {
    objects_.stage_once(digests.sha256, digests.size,
                        [&]() -> std::optional<StagedPacks::Location> {
                            if (bytes.size() <= store_->settings.pack_limit) {
                                return packs_.add(digests.sha256, bytes);
                            }
                            write_loose(digests.sha256, bytes);
                            return std::nullopt;
                        });
}

void DraftStaging::write_loose(const Sha256& object, std::span<const std::byte> bytes) {
    FileSystem& files = store_->files();
    const fs::path path = staging_.path_of(object);
    // A failed attempt may have left it behind.
    files.remove(path);
    write_new(files, path, bytes, store_->durable());
}

Digests DraftStaging::put_large(const FileDescriptor& file, const fs::path& path) {
    FileSystem& files = store_->files();
    const fs::path unnamed = staging_.new_path();
    const FileDescriptor target = files.create_file(unnamed);
    Digests digests;
    write_or_remove(files, unnamed, [&] {
        digests = copy_and_hash(files, file, path, target, unnamed, store_->durable());
        if (!is_known(digests.sha256)) {
            objects_.stage_once(digests.sha256, digests.size, [&] {
                files.rename(unnamed, staging_.path_of(digests.sha256));
                return std::nullopt;
            });
        }
        // The file still exists if the bytes were known, or if another thread staged them.
        files.remove(unnamed);
    });
    return digests;
}

} // namespace vitrine
