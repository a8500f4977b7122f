// SPDX-License-Identifier: MIT
#include "engine/records/untracked_records.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/text.hpp"
#include "engine/records/announcements.hpp"
#include "engine/records/record_folder.hpp"
#include "engine/records/records.hpp"
#include "engine/records/run_records.hpp"
#include "engine/store/problem.hpp"
#include "engine/store/store_files.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

std::string name_of_next_record(const std::optional<HeadRow>& head) {
    return std::to_string(head ? head->next_number : 0) + ".json";
}

/// Removes temporary files, among them announcements. Returns whether there were any.
bool remove_temporary_in(OpenStore& store, const fs::path& folder) {
    bool changed = false;
    for (const fs::path& path : list_folder(folder)) {
        if (is_temporary(path)) {
            changed = store.files().remove(path) || changed;
        }
    }
    return changed;
}

/// Makes the head agree with its row, so that it does not have the number of a commit that was
/// interrupted.
void restore_head(OpenStore& store, const std::optional<HeadRow>& head, const fs::path& folder) {
    const fs::path path = folder / "head.json";
    if (!head) {
        store.files().remove(path);
    } else if (!is_text_of(try_read_linkless(path), *head)) {
        RecordFolder(store, head->name).write_head(*head);
    }
}

/// Removes what an interrupted commit left in the folder of one name. The announcements go last,
/// and after the rest is durable: without them the record could not be told from one of a version
/// that the catalogue has lost.
void remove_untracked_in(OpenStore& store, const fs::path& folder) {
    const auto head = store.catalog->versions.find_head(folder.filename().native());
    restore_head(store, head, folder);
    if (store.files().remove(folder / name_of_next_record(head)) || !head) {
        store.flush_folders({folder});
    }
    if (remove_temporary_in(store, folder)) {
        store.flush_folders({folder});
    }
    if (!head) {
        remove_if_empty(folder, store.files());
    }
}

bool is_untracked_run_record(Catalog& catalog, const fs::path& path) {
    return is_temporary(path) ||
           (path.extension() == ".json" && !catalog.runs.find(path.stem().native()));
}

/// As restore_head.
void restore_announced_runs(OpenStore& store) {
    store.catalog->runs.for_each([&](const RunRow& row) {
        const fs::path path = store.layout.run_record(row.id);
        const std::optional<std::string> text = try_read_linkless(path);
        if (text && !is_text_of(text, row) && is_announced(path, *text)) {
            write_run_record(store, row);
        }
    });
}

void remove_untracked_run_records(OpenStore& store) {
    const fs::path folder = store.layout.run_records();
    bool changed = false;
    for (const fs::path& path : list_folder(folder)) {
        if (!is_temporary(path) && is_untracked_run_record(*store.catalog, path)) {
            changed = store.files().remove(path) || changed;
        }
    }
    if (changed) {
        store.flush_folders({folder});
    }
    restore_announced_runs(store);
    if (remove_temporary_in(store, folder)) {
        store.flush_folders({folder});
    }
}

[[noreturn]] void refuse_file(const fs::path& path) {
    throw Error(ErrorCode::NotAStore,
                concat("the catalogue is older than the store, or damaged: it does not say what ",
                       quoted(path.native()), " says: run 'vitrine repair'"));
}

/// What a file says, and whether it proves itself by its digest; nothing if it cannot be read.
template <class Row>
struct Witness {
    std::string text;
    Row row;
    bool proved = false;
};

template <class Row>
std::optional<Witness<Row>> read_witness(const fs::path& path, Row (*parse)(std::string_view),
                                         std::string (*render)(const Row&)) {
    const std::optional<std::string> text = try_read_linkless(path);
    Witness<Row> witness;
    if (!text || problem_of([&] { witness.row = parse(*text); })) {
        return std::nullopt;
    }
    witness.text = *text;
    witness.proved = render(witness.row) == *text;
    return witness;
}

/// Throws if the file proves itself and differs from its row, and no interrupted transaction
/// announced that.
template <class Row>
void require_agreement(const fs::path& path, const std::optional<Witness<Row>>& file,
                       const std::optional<Row>& row) {
    const bool differs = file && file->proved && !(row && is_text_of(file->text, *row));
    if (differs && !is_announced(path, file->text)) {
        refuse_file(path);
    }
}

void require_known_head(const fs::path& path, const std::optional<HeadRow>& row) {
    const auto file = read_witness<HeadRow>(path, parse_head, render_head);
    const bool is_ahead = file && file->row.next_number > (row ? row->next_number : 0);
    if (is_ahead && !is_announced(path, file->text)) {
        refuse_file(path);
    }
    require_agreement(path, file, row);
}

} // namespace

void require_known_records(OpenStore& store, const std::string& name) {
    const auto head = store.catalog->versions.find_head(name);
    const fs::path next = store.layout.record(name, head ? head->next_number : 0);
    if (fs::exists(next) && !is_announced(next)) {
        refuse_file(next);
    }
    require_known_head(store.layout.head(name), head);
}

void require_known_record(OpenStore& store, const VersionRow& row) {
    const fs::path path = store.layout.record(row.name, row.number);
    const auto file = read_witness<VersionRow>(path, parse_record, render_record);
    require_agreement(path, file, std::optional(row));
}

void require_known_run(OpenStore& store, const std::string& id) {
    const fs::path path = store.layout.run_record(id);
    const auto file = read_witness<RunRow>(path, parse_run_record, render_run_record);
    require_agreement(path, file, store.catalog->runs.find(id));
}

void require_known_records(OpenStore& store) {
    for (const fs::path& folder : folders_in(store.layout.records())) {
        const std::string name = folder.filename().native();
        const std::vector<std::uint64_t> numbers = store.catalog->versions.numbers_of(name);
        const auto head = store.catalog->versions.find_head(name);
        const std::uint64_t next = head ? head->next_number : 0;
        for (const fs::path& path : list_folder(folder)) {
            const auto number = record_number(path);
            if (number && *number != next &&
                !std::binary_search(numbers.begin(), numbers.end(), *number)) {
                refuse_file(path);
            }
        }
        require_known_records(store, name);
    }
    for (const fs::path& path : list_folder(store.layout.run_records())) {
        if (!is_temporary(path) && is_untracked_run_record(*store.catalog, path) &&
            !is_announced(path)) {
            refuse_file(path);
        }
    }
}

bool has_untracked_records(OpenStore& store) {
    for (const fs::path& folder : folders_in(store.layout.records())) {
        const auto head = store.reads->versions.find_head(folder.filename().native());
        const std::vector<fs::path> paths = list_folder(folder);
        const auto is_untracked = [next = name_of_next_record(head)](const fs::path& path) {
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

void remove_untracked_records(OpenStore& store) {
    for (const fs::path& folder : folders_in(store.layout.records())) {
        remove_untracked_in(store, folder);
    }
    remove_untracked_run_records(store);
}

} // namespace vitrine
