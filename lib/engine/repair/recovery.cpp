// SPDX-License-Identifier: MIT
#include "engine/repair/recovery.hpp"

#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/linkless.hpp"
#include "core/parallel.hpp"
#include "engine/store/problem.hpp"
#include "engine/store/progress.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// At most this many objects are staged, flushed and renamed together.
constexpr std::size_t kObjectsPerPortion = 4096;
/// At most this many files are flushed one by one; more by one flush of the file system.
constexpr std::size_t kManyObjects = 16;
constexpr std::size_t kRestoreBytes = std::size_t{1} << 20U;

} // namespace

// ---- Staging

/// Copies the bytes. Returns false if they cannot be read; throws if they cannot be written.
bool Recovery::copy(const RecoverySource& source, const fs::path& target) {
    FileDescriptor input;
    const fs::path& path = sources_.path(source);
    if (problem_of([&] { input = open_for_reading(path); })) {
        return false;
    }
    const FileDescriptor file = rebuild_.files->create_file(target);
    if (source.whole_file && rebuild_.files->reflink(input, file, target)) {
        return true;
    }
    std::vector<std::byte> buffer(std::min<std::uint64_t>(kRestoreBytes, source.size));
    for (std::uint64_t done = 0; done < source.size;) {
        const auto wanted =
            std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), source.size - done));
        std::size_t read = 0;
        if (problem_of([&] { read = read_at(input, wanted, source.offset + done, path); }) ||
            read == 0) {
            return false;
        }
        rebuild_.files->write(file, wanted.first(read), target);
        done += read;
    }
    return true;
}

bool Recovery::stage_from(const RecoverySource& source, Staged& staged) {
    const fs::path target = staging_.path_of(staged.object);
    if (copy(source, target) && sha256_of_file(target) == staged.object) {
        staged.size = source.size;
        staged.path = target;
        return true;
    }
    rebuild_.files->remove(target);
    return false;
}

std::vector<Recovery::Staged> Recovery::stage(std::span<const Sha256> wanted) {
    std::vector<Staged> staged(wanted.size());
    parallel_for(wanted.size(), [&](std::size_t i) {
        check_stop(rebuild_.progress);
        staged[i].object = wanted[i];
        for (const RecoverySource& source : sources_.find(wanted[i])) {
            if (stage_from(source, staged[i])) {
                break;
            }
        }
    });
    std::erase_if(staged, [](const Staged& item) { return item.path.empty(); });
    return staged;
}

void Recovery::flush(const std::vector<Staged>& staged) const {
    if (!rebuild_.durable() || staged.empty()) {
        return;
    }
    if (staged.size() > kManyObjects) {
        rebuild_.files->sync_file_system(rebuild_.layout.root);
        return;
    }
    for (const Staged& item : staged) {
        rebuild_.files->sync_file(open_linkless(item.path), item.path);
    }
}

// ---- Publishing

void Recovery::count_restored(const Staged& staged) {
    ++rebuild_.report.restored_objects;
    rebuild_.report.restored_bytes += staged.size;
}

void Recovery::restore_portion(std::span<const Sha256> wanted) {
    const std::vector<Staged> staged = stage(wanted);
    flush(staged);
    std::set<fs::path> changed;
    std::vector<std::pair<Sha256, std::uint64_t>> rows;
    for (const Staged& item : staged) {
        rebuild_.objects.publish_loose(item.path, item.object, changed);
        rows.emplace_back(item.object, item.size);
    }
    rebuild_.flush_folders(changed);
    Catalog::WriteTransaction transaction(*rebuild_.catalog, false);
    rebuild_.catalog->objects.put_loose(rows);
    transaction.commit();
    for (const Staged& item : staged) {
        rebuild_.whole.add(item.object);
        count_restored(item);
    }
}

void Recovery::restore_objects(std::vector<Sha256> wanted) {
    std::erase_if(wanted, [&](const Sha256& object) { return sources_.find(object).empty(); });
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    for (std::size_t first = 0; first < wanted.size(); first += kObjectsPerPortion) {
        report_progress(rebuild_.progress,
                        {"restoring", first, wanted.size(), rebuild_.report.restored_bytes});
        restore_portion(
            std::span(wanted).subspan(first, std::min(kObjectsPerPortion, wanted.size() - first)));
    }
    rebuild_.whole.seal();
}

bool Recovery::restore_manifest(const Sha256& content, const Sha256& file) {
    const std::vector<Staged> staged = stage(std::span(&file, 1));
    if (staged.empty()) {
        return false;
    }
    flush(staged);
    const fs::path folder = rebuild_.layout.artifact_folder(content);
    rebuild_.files->create_directories(folder);
    rebuild_.files->rename(staged.front().path, rebuild_.layout.manifest(content, file));
    rebuild_.flush_folders({rebuild_.layout.artifacts(), folder});
    count_restored(staged.front());
    return true;
}

} // namespace vitrine
