// SPDX-License-Identifier: MIT
#include "engine/gc/untracked_files.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/records/record_folder.hpp"
#include "engine/records/records.hpp"
#include "engine/records/run_records.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/store_files.hpp"
#include "engine/store/version_reference.hpp"
#include "engine/store/write_lock.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// So many files go in one turn of the write lock.
constexpr std::size_t kUntrackedInBatch = 4096;

std::uint64_t next_number(Catalog& catalog, std::string_view name) {
    const auto head = catalog.versions.find_head(name);
    return head ? head->next_number : 0;
}

// ---- Files below objects/ and artifacts/

/// A file that looks like one of the store's and has no row.
struct UntrackedFile {
    fs::path path;
    FileKind kind;
    Sha256 name;
    std::uint64_t size = 0;
};

std::uint64_t size_of(const fs::path& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    return error ? 0 : size;
}

GcFile leftover(const UntrackedFile& untracked) {
    return {GcFile::Kind::Leftover, untracked.name.hex(), untracked.size, false, false};
}

void for_each_untracked(OpenStore& store, const std::function<void(const UntrackedFile&)>& visit) {
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

} // namespace

void remove_if_empty(OpenStore& store, const fs::path& folder) {
    std::error_code error;
    if (fs::is_empty(folder, error) && !error) {
        store.files().remove(folder);
    }
}

// ---- Records

void require_explained_records(OpenStore& store) {
    for (const fs::path& folder : folders_in(store.layout.records())) {
        const std::string name = folder.filename().native();
        const std::vector<std::uint64_t> numbers = store.catalog->versions.numbers_of(name);
        const std::uint64_t next = next_number(*store.catalog, name);
        for (const fs::path& path : list_folder(folder)) {
            const auto number = record_number(path);
            if (number && *number != next &&
                !std::binary_search(numbers.begin(), numbers.end(), *number)) {
                throw Error(ErrorCode::Corruption,
                            concat("record ", quoted(path.native()),
                                   " is of a version that the catalogue does not know: "
                                   "run 'vitrine repair'"));
            }
        }
    }
}

namespace {

/// Removes, durably, what a commit that was cut off left of a name.
void sweep_name(OpenStore& store, const fs::path& folder) {
    const std::string name = folder.filename().native();
    const auto head = store.catalog->versions.find_head(name);
    const fs::path record = folder / (std::to_string(head ? head->next_number : 0) + ".json");
    bool changed = store.files().remove(record);
    if (!head) {
        changed = store.files().remove(folder / "head.json") || changed;
    }
    for (const fs::path& path : list_folder(folder)) {
        if (is_temporary(path)) {
            changed = store.files().remove(path) || changed;
        }
    }
    if (changed) {
        store.flush_folders({folder});
    }
    if (!head) {
        remove_if_empty(store, folder);
    }
}

/// A record of a run that the catalogue does not know, or one whose write was cut off.
bool is_untracked_run_record(Catalog& catalog, const fs::path& path) {
    return is_temporary(path) ||
           (path.extension() == ".json" && !catalog.runs.find(path.stem().native()));
}

void sweep_runs(OpenStore& store) {
    const fs::path folder = store.layout.run_records();
    bool changed = false;
    for (const fs::path& path : list_folder(folder)) {
        if (is_untracked_run_record(*store.catalog, path)) {
            changed = store.files().remove(path) || changed;
        }
    }
    if (changed) {
        store.flush_folders({folder});
    }
}

void sweep_records(OpenStore& store) {
    for (const fs::path& folder : folders_in(store.layout.records())) {
        sweep_name(store, folder);
    }
    sweep_runs(store);
}

/// Files whose write was cut off before they had their name.
void sweep_root(OpenStore& store) {
    for (const fs::path& path : list_folder(store.layout.root)) {
        if (is_temporary(path)) {
            store.files().remove(path);
        }
    }
}

bool has_untracked_records(OpenStore& store) {
    for (const fs::path& folder : folders_in(store.layout.records())) {
        const auto head = store.reads->versions.find_head(folder.filename().native());
        const std::vector<fs::path> paths = list_folder(folder);
        const fs::path next = std::to_string(head ? head->next_number : 0) + ".json";
        const auto is_untracked = [&](const fs::path& path) {
            return path.filename() == next || is_temporary(path);
        };
        if (!head || std::any_of(paths.begin(), paths.end(), is_untracked)) {
            return true;
        }
    }
    const std::vector<fs::path> runs = list_folder(store.layout.run_records());
    return std::any_of(runs.begin(), runs.end(), [&](const fs::path& path) {
        return is_untracked_run_record(*store.reads, path);
    });
}

/// One turn: whatever was under way when its process died is settled first; then the records go,
/// so that no repair finds a version whose objects are gone, and then the files that still have no
/// row.
void sweep_turn(OpenStore& store, std::span<const UntrackedFile> untracked_files,
                UntrackedReport& report, const VisitGarbage& visit) {
    WriteTransaction turn(store);
    turn.settle();
    sweep_records(store);
    for (const UntrackedFile& untracked : untracked_files) {
        if (store.catalog->files.find(untracked.kind, untracked.name) ||
            !store.files().remove(untracked.path)) {
            continue;
        }
        ++report.files;
        report.bytes += untracked.size;
        if (untracked.kind == FileKind::manifest) {
            remove_if_empty(store, untracked.path.parent_path());
        }
        if (visit) {
            visit(leftover(untracked));
        }
    }
}

void sweep_empty_folders(OpenStore& store) {
    std::vector<fs::path> empty;
    for (const fs::path& folder : folders_in(store.layout.artifacts())) {
        if (list_folder(folder).empty()) {
            empty.push_back(folder);
        }
    }
    if (!empty.empty()) {
        const WriteTransaction turn(store);
        for (const fs::path& folder : empty) {
            remove_if_empty(store, folder);
        }
    }
}

} // namespace

UntrackedReport count_untracked(OpenStore& store, const VisitGarbage& visit) {
    UntrackedReport report;
    for_each_untracked(store, [&](const UntrackedFile& untracked) {
        ++report.files;
        report.bytes += untracked.size;
        if (visit) {
            visit(leftover(untracked));
        }
    });
    return report;
}

UntrackedReport sweep_untracked(OpenStore& store, const ProgressOptions& progress,
                                const VisitGarbage& visit) {
    UntrackedReport report;
    std::vector<UntrackedFile> untracked_files;
    bool swept = false;
    const auto sweep = [&] {
        report_progress(progress, {"sweeping", report.files, 0, report.bytes});
        sweep_turn(store, untracked_files, report, visit);
        untracked_files.clear();
        swept = true;
    };
    for_each_untracked(store, [&](const UntrackedFile& untracked) {
        untracked_files.push_back(untracked);
        if (untracked_files.size() == kUntrackedInBatch) {
            sweep();
        }
    });
    if (!untracked_files.empty() || (!swept && has_untracked_records(store))) {
        sweep();
    }
    sweep_empty_folders(store);
    sweep_root(store);
    return report;
}

// ---- Where catalogue and records differ

namespace {

bool holds(const fs::path& path, const std::string& text) {
    return try_read_file(path) == text;
}

/// The names of which a record or the head is not what the catalogue says.
std::set<std::string> differing_names(OpenStore& store) {
    std::set<std::string> names;
    for (const HeadRow& head : store.reads->versions.heads()) {
        if (!holds(store.layout.head(head.name), render_head(head))) {
            names.insert(head.name);
        }
    }
    store.reads->versions.for_each([&](const VersionRow& row) {
        if (!holds(store.layout.record(row.name, row.number), render_record(row))) {
            names.insert(row.name);
        }
    });
    return names;
}

void rewrite_name(OpenStore& store, const std::string& name) {
    const RecordFolder records(store, name);
    for (const std::uint64_t number : store.catalog->versions.numbers_of(name)) {
        const auto row = store.catalog->versions.find(name, number);
        if (row && !holds(store.layout.record(name, number), render_record(*row))) {
            records.write_record(*row);
        }
    }
    const auto head = store.catalog->versions.find_head(name);
    if (head && !holds(store.layout.head(name), render_head(*head))) {
        records.write_head(*head);
    }
}

/// The runs whose record is not what the catalogue says.
std::vector<std::string> differing_runs(OpenStore& store) {
    std::vector<std::string> ids;
    store.reads->runs.for_each([&](const RunRow& row) {
        if (!holds(store.layout.run_record(row.id), render_run_record(row))) {
            ids.push_back(row.id);
        }
    });
    return ids;
}

void rewrite_run(OpenStore& store, const std::string& id) {
    const auto row = store.catalog->runs.find(id);
    if (row && !holds(store.layout.run_record(id), render_run_record(*row))) {
        write_run_record(store, *row);
    }
}

} // namespace

void rewrite_records(OpenStore& store) {
    const std::set<std::string> names = differing_names(store);
    const std::vector<std::string> runs = differing_runs(store);
    if (names.empty() && runs.empty()) {
        return;
    }
    WriteTransaction turn(store);
    turn.settle();
    for (const std::string& name : names) {
        rewrite_name(store, name);
    }
    for (const std::string& id : runs) {
        rewrite_run(store, id);
    }
}

} // namespace vitrine
