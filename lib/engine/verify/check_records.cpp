// SPDX-License-Identifier: MIT
#include "engine/verify/check_records.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/text.hpp"
#include "engine/records/announcements.hpp"
#include "engine/records/records.hpp"
#include "engine/records/run_records.hpp"
#include "engine/store/problem.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/store_files.hpp"
#include "engine/store/store_settings.hpp"
#include "engine/store/version_reference.hpp"
#include "engine/store/write_lock.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr const char* kNoRow = "the catalogue has nothing of it";

class RecordCheck {
public:
    RecordCheck(const OpenStore& store, Catalog& catalog)
        : layout_(store.layout), catalog_(catalog) {}

    void check_name(const std::string& name);
    void check_run(const std::string& id);
    void check_settings(const StoreSettings& expected);
    const std::vector<Damage>& damages() const { return damages_; }

private:
    using Parse = std::function<void(const std::string&)>;
    void add(const fs::path& path, std::string problem, std::vector<std::string> versions = {});
    template <class Row>
    void compare(const fs::path& path, const Row& row, const Parse& parse,
                 const std::vector<std::string>& versions);
    void check_version(const VersionRow& row, std::uint64_t next_number);
    void find_records_without_row(const std::string& name);

    const StoreLayout& layout_;
    Catalog& catalog_;
    std::vector<Damage> damages_;
};

void RecordCheck::add(const fs::path& path, std::string problem,
                      std::vector<std::string> versions) {
    damages_.push_back({path.lexically_relative(layout_.root).generic_string(),
                        std::move(problem),
                        {},
                        std::move(versions)});
}

/// Compares a file with its row. If they differ, `parse` tells whether the file is readable.
template <class Row>
void RecordCheck::compare(const fs::path& path, const Row& row, const Parse& parse,
                          const std::vector<std::string>& versions) {
    std::optional<std::string> text;
    if (const Problem problem = problem_of([&] { text = try_read_linkless(path); })) {
        add(path, *problem, versions);
    } else if (!is_text_of(text, row) && !is_announced(path, text.value_or(""))) {
        const Problem unreadable = text ? problem_of([&] { parse(*text); }) : Problem(kMissing);
        add(path, unreadable.value_or("it differs from the catalogue"), versions);
    }
}

void RecordCheck::check_name(const std::string& name) {
    const auto head = catalog_.versions.find_head(name);
    if (head) {
        compare(layout_.head(name), *head, [](const std::string& text) { parse_head(text); }, {});
    }
    for (const std::uint64_t number : catalog_.versions.numbers_of(name)) {
        if (const auto row = catalog_.versions.find(name, number)) {
            check_version(*row, head ? head->next_number : 0);
        }
    }
    find_records_without_row(name);
}

void RecordCheck::check_version(const VersionRow& row, std::uint64_t next_number) {
    const std::string label = version_name(row.name, row.number);
    compare(layout_.record(row.name, row.number), row,
            [](const std::string& text) { parse_record(text); }, {label});
    if (row.number >= next_number) {
        add(layout_.catalog(), concat(label, " is not below the next number, ", next_number),
            {label});
    }
    const auto manifest = catalog_.manifests.find(row.content);
    if (manifest && manifest->digest != row.digest) {
        add(layout_.catalog(),
            concat(label, " has the digest ", quoted(row.digest), ", its manifest has ",
                   quoted(manifest->digest)),
            {label});
    }
}

void RecordCheck::find_records_without_row(const std::string& name) {
    for (const fs::path& path : list_folder(layout_.record_folder(name))) {
        const auto number = record_number(path);
        if (number && !catalog_.versions.find(name, *number) && !is_announced(path)) {
            add(path, kNoRow, {version_name(name, *number)});
        }
    }
}

void RecordCheck::check_run(const std::string& id) {
    const fs::path path = layout_.run_record(id);
    if (const auto row = catalog_.runs.find(id)) {
        compare(path, *row, [](const std::string& text) { parse_run_record(text); }, {});
    } else if (fs::exists(path) && !is_announced(path)) {
        add(path, kNoRow);
    }
}

void RecordCheck::check_settings(const StoreSettings& expected) {
    const Problem problem = problem_of([&] {
        if (render_settings(read_settings(layout_)) != render_settings(expected)) {
            throw Error(ErrorCode::Corruption, "it has changed");
        }
    });
    if (problem) {
        add(layout_.settings(), *problem);
    }
}

/// All names that the catalogue or a folder knows.
std::set<std::string> names_in(OpenStore& store) {
    std::set<std::string> names;
    for (const HeadRow& head : store.reads->versions.heads()) {
        names.insert(head.name);
    }
    store.reads->versions.for_each([&](const VersionRow& row) { names.insert(row.name); });
    for (const fs::path& folder : folders_in(store.layout.records())) {
        names.insert(folder.filename().native());
    }
    return names;
}

std::set<std::string> runs_in(OpenStore& store) {
    std::set<std::string> ids;
    store.reads->runs.for_each([&](const RunRow& row) { ids.insert(row.id); });
    for (const fs::path& path : list_folder(store.layout.run_records())) {
        if (path.extension() == ".json" && !is_temporary(path)) {
            ids.insert(path.stem().native());
        }
    }
    return ids;
}

/// Those that `check` finds something wrong with.
std::set<std::string> suspects(const OpenStore& store, const std::set<std::string>& items,
                               void (RecordCheck::*check)(const std::string&),
                               const ProgressOptions& progress) {
    std::set<std::string> found;
    for (const std::string& item : items) {
        check_stop(progress);
        RecordCheck first(store, *store.reads);
        (first.*check)(item);
        if (!first.damages().empty()) {
            found.insert(item);
        }
    }
    return found;
}

} // namespace

std::vector<Damage> check_records(OpenStore& store, const ProgressOptions& progress) {
    const auto names = suspects(store, names_in(store), &RecordCheck::check_name, progress);
    const auto runs = suspects(store, runs_in(store), &RecordCheck::check_run, progress);
    std::optional<WriteTransaction> lock;
    if (!store.options.read_only && !(names.empty() && runs.empty())) {
        lock.emplace(store, progress.stop);
    }
    RecordCheck second(store, *store.reads);
    second.check_settings(store.settings);
    for (const std::string& name : names) {
        second.check_name(name);
    }
    for (const std::string& run : runs) {
        second.check_run(run);
    }
    return second.damages();
}

} // namespace vitrine
