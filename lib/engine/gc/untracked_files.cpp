// SPDX-License-Identifier: MIT
#include "engine/gc/untracked_files.hpp"

#include "engine/records/untracked_records.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/store_files.hpp"
#include "engine/store/write_lock.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// At most this many files are removed in one hold of the write lock.
constexpr std::size_t kUntrackedInBatch = 4096;

/// A file below objects/ or artifacts/ whose name is a digest and that has no row.
struct UntrackedFile {
    fs::path path;
    FileKind kind;
    Sha256 name;
    std::uint64_t size = 0;
};

using VisitFile = std::function<void(const UntrackedFile&)>;

std::uint64_t size_of(const fs::path& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    return error ? 0 : size;
}

void for_each_untracked(OpenStore& store, const VisitFile& visit) {
    const auto look = [&](const fs::path& path, FileKind kind, const std::optional<Sha256>& name) {
        if (name && !store.reads->files.find(kind, *name)) {
            visit({path, kind, *name, size_of(path)});
        }
    };
    for (const fs::path& folder : folders_in(store.layout.artifacts())) {
        for (const fs::path& path : list_folder(folder)) {
            if (path.extension() == ".manifest") {
                look(path, FileKind::manifest, digest_of_name(path.stem().native()));
            }
        }
    }
    store.objects.for_each_pack([&](const fs::path& path, const std::optional<Sha256>& name) {
        look(path, FileKind::pack, name);
    });
    store.objects.for_each_loose([&](const fs::path& path, const std::optional<Sha256>& name) {
        look(path, FileKind::loose, name);
    });
}

void count_file(const UntrackedFile& file, UntrackedReport& total, const VisitGarbage& visit) {
    ++total.files;
    total.bytes += file.size;
    if (visit) {
        visit({GcFile::Kind::UntrackedFile, file.name.hex(), file.size, false, false});
    }
}

/// What is to be removed, as the proof asks for it: the folder of a manifest is named after its
/// content.
std::vector<DoomedFile> doomed(std::span<const UntrackedFile> files) {
    std::vector<DoomedFile> list;
    for (const UntrackedFile& file : files) {
        const bool is_manifest = file.kind == FileKind::manifest;
        list.push_back({file.kind, file.name,
                        is_manifest ? digest_of_name(file.path.parent_path().filename().native())
                                    : std::nullopt});
    }
    return list;
}

/// In one hold of the write lock. The fence decides the transactions of dead processes. Records go
/// before files: otherwise a repair could find a version whose objects are gone.
void remove_batch(OpenStore& store, GarbageProof& proof, std::vector<UntrackedFile> files,
                  const VisitFile& removed) {
    WriteTransaction transaction(store);
    transaction.fence();
    require_known_records(store);
    std::erase_if(files, [&](const UntrackedFile& file) { // committed meanwhile
        return store.catalog->files.find(file.kind, file.name).has_value();
    });
    proof.require_garbage(doomed(files));
    remove_untracked_records(store);
    for (const UntrackedFile& file : files) {
        if (!store.files().remove(file.path)) {
            continue;
        }
        if (file.kind == FileKind::manifest) {
            remove_if_empty(file.path.parent_path(), store.files());
        }
        removed(file);
    }
}

void remove_empty_folders(OpenStore& store) {
    std::vector<fs::path> empty;
    for (const fs::path& folder : folders_in(store.layout.artifacts())) {
        if (list_folder(folder).empty()) {
            empty.push_back(folder);
        }
    }
    if (!empty.empty()) {
        const WriteTransaction transaction(store);
        for (const fs::path& folder : empty) {
            remove_if_empty(folder, store.files());
        }
    }
}

void remove_temporary_files(OpenStore& store) {
    for (const fs::path& path : list_folder(store.layout.root)) {
        if (is_temporary(path)) {
            store.files().remove(path);
        }
    }
}

} // namespace

UntrackedReport count_untracked(OpenStore& store, const VisitGarbage& visit) {
    UntrackedReport total;
    for_each_untracked(store, [&](const UntrackedFile& file) { count_file(file, total, visit); });
    return total;
}

UntrackedReport remove_untracked(OpenStore& store, GarbageProof& proof,
                                 const ProgressOptions& progress, const VisitGarbage& visit) {
    UntrackedReport total;
    std::vector<UntrackedFile> batch;
    bool removed_records = false;
    const auto flush_batch = [&] {
        report_progress(progress, {"sweeping", total.files, 0, total.bytes});
        remove_batch(store, proof, batch,
                     [&](const UntrackedFile& file) { count_file(file, total, visit); });
        batch.clear();
        removed_records = true;
    };
    for_each_untracked(store, [&](const UntrackedFile& file) {
        batch.push_back(file);
        if (batch.size() == kUntrackedInBatch) {
            flush_batch();
        }
    });
    if (!batch.empty() || (!removed_records && has_untracked_records(store))) {
        flush_batch();
    }
    remove_empty_folders(store);
    remove_temporary_files(store);
    return total;
}

} // namespace vitrine
