// SPDX-License-Identifier: MIT
//
// Each file of this VFS wraps one of SQLite's own, forwards every call, and logs what has changed.
// SQLite flushes the folder of a new journal together with the journal's first flush, and the
// folder of a removed journal if it is asked to (os_unix.c); the log records the same.
#include "support/recorded_vfs.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <new>
#include <string>
#include <utility>

namespace vitrine::test {

namespace {

namespace fs = std::filesystem;

std::shared_ptr<DiskLog> current_log;
sqlite3_vfs* real_vfs = nullptr;

/// SQLite allocates it, followed by room for the file that it wraps.
struct RecordedFile {
    sqlite3_file base;
    std::uint64_t number; ///< in the log; 0 for temporary files
    bool syncs_folder;
    char path[4096];

    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

RecordedFile& recorded(sqlite3_file* file) {
    return *reinterpret_cast<RecordedFile*>(file);
}

sqlite3_file* real(sqlite3_file* file) {
    return recorded(file).real();
}

void tell(sqlite3_file* file, DiskStep::Kind kind, sqlite3_int64 offset, std::string bytes) {
    if (recorded(file).number != 0) {
        DiskStep step{kind};
        step.file = recorded(file).number;
        step.offset = static_cast<std::uint64_t>(offset);
        step.bytes = std::move(bytes);
        step.of_database = true;
        current_log->add(std::move(step));
    }
}

int close_file(sqlite3_file* file) {
    return real(file)->pMethods->xClose(real(file));
}

int read_file_at(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
    return real(file)->pMethods->xRead(real(file), out, size, offset);
}

int write_file_at(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    const auto held = current_log->hold();
    const int result = real(file)->pMethods->xWrite(real(file), data, size, offset);
    if (result == SQLITE_OK) {
        tell(file, DiskStep::Kind::Write, offset,
             {static_cast<const char*>(data), static_cast<std::size_t>(size)});
    }
    return result;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    const auto held = current_log->hold();
    const int result = real(file)->pMethods->xTruncate(real(file), size);
    if (result == SQLITE_OK) {
        tell(file, DiskStep::Kind::Truncate, size, {});
    }
    return result;
}

int sync_file(sqlite3_file* file, int) {
    const auto held = current_log->hold();
    tell(file, DiskStep::Kind::SyncFile, 0, {});
    if (std::exchange(recorded(file).syncs_folder, false)) {
        current_log->sync_folder(fs::path(recorded(file).path).parent_path(), true);
    }
    return SQLITE_OK;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}

int lock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}

int unlock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}

int check_lock(sqlite3_file* file, int* result) {
    return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

int sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
}

int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}

int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

void shared_barrier(sqlite3_file* file) {
    real(file)->pMethods->xShmBarrier(real(file));
}

int unmap_shared(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

/// Version 2: no file is mapped into memory, so that no write is missed.
const sqlite3_io_methods kMethods = {2,
                                     close_file,
                                     read_file_at,
                                     write_file_at,
                                     truncate_file,
                                     sync_file,
                                     size_of_file,
                                     lock_file,
                                     unlock_file,
                                     check_lock,
                                     control_file,
                                     sector_size,
                                     characteristics,
                                     map_shared,
                                     lock_shared,
                                     shared_barrier,
                                     unmap_shared,
                                     nullptr,
                                     nullptr};

int open_file(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    const auto held = current_log->hold();
    auto* opened = new (file) RecordedFile{};
    constexpr int kJournals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    const bool lasts = path != nullptr && (flags & (kJournals | SQLITE_OPEN_MAIN_DB)) != 0;
    const bool is_new = lasts && !fs::exists(path);
    const int result = real_vfs->xOpen(real_vfs, path, opened->real(), flags, out_flags);
    if (opened->real()->pMethods == nullptr) {
        return result;
    }
    opened->base.pMethods = &kMethods;
    if (result == SQLITE_OK && lasts) {
        if (is_new) {
            current_log->create_file(open_for_reading(path).get(), path, true);
        }
        opened->number = current_log->number_of(fs::path(path));
        opened->syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kJournals) != 0;
        std::string(path).copy(opened->path, sizeof(opened->path) - 1);
    }
    return result;
}

int delete_file(sqlite3_vfs*, const char* path, int sync_folder) {
    const auto held = current_log->hold();
    const int result = real_vfs->xDelete(real_vfs, path, 0);
    if (result == SQLITE_OK) {
        current_log->remove(path, true);
        if (sync_folder != 0) {
            current_log->sync_folder(fs::path(path).parent_path(), true);
        }
    }
    return result;
}

sqlite3_vfs& recorded_vfs() {
    static sqlite3_vfs vfs;
    return vfs;
}

} // namespace

RecordedVfs::RecordedVfs(std::shared_ptr<DiskLog> log) {
    real_vfs = sqlite3_vfs_find(nullptr);
    current_log = std::move(log);
    sqlite3_vfs& vfs = recorded_vfs();
    vfs = *real_vfs;
    vfs.pNext = nullptr;
    vfs.zName = "recorded";
    vfs.szOsFile = static_cast<int>(sizeof(RecordedFile)) + real_vfs->szOsFile;
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    sqlite3_vfs_register(&vfs, 1);
}

RecordedVfs::~RecordedVfs() {
    sqlite3_vfs_unregister(&recorded_vfs());
    sqlite3_vfs_register(real_vfs, 1);
    current_log.reset();
}

} // namespace vitrine::test
