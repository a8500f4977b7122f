// SPDX-License-Identifier: MIT
#include "engine/records/untracked_records.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/store_files.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

std::string name_of_next_record(const std::optional<HeadRow>& head) {
    return std::to_string(head ? head->next_number : 0) + ".json";
}

/// Removes what an interrupted commit left in the folder of one name.
void remove_untracked_in(OpenStore& store, const fs::path& folder) {
    const auto head = store.catalog->versions.find_head(folder.filename().native());
    bool changed = store.files().remove(folder / name_of_next_record(head));
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
        remove_if_empty(folder, store.files());
    }
}

bool is_untracked_run_record(Catalog& catalog, const fs::path& path) {
    return is_temporary(path) ||
           (path.extension() == ".json" && !catalog.runs.find(path.stem().native()));
}

void remove_untracked_run_records(OpenStore& store) {
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

} // namespace

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
                throw Error(ErrorCode::Corruption,
                            concat("the catalogue has no version for record ",
                                   quoted(path.native()), ": run 'vitrine repair'"));
            }
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
