// SPDX-License-Identifier: MIT
#include "artifact/checkout/checkout_plan.hpp"

#include <vitrine/table/table.hpp>

#include "artifact/content/directory_content.hpp"
#include "core/file_system.hpp"
#include "core/text.hpp"
#include "reference/http_session.hpp"
#include "reference/uri.hpp"
#include "table/row_count.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <tuple>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Limits of a batch.
constexpr std::size_t kBatchFiles = 8192;
constexpr std::uint64_t kBatchBytes = std::uint64_t{512} << 20;

/// Returns whether the entry refers to a file outside of the store that still exists.
bool is_tracked_file(const Entry& entry) {
    const auto path = entry.ref ? local_path_of(*entry.ref) : std::nullopt;
    std::error_code ignored;
    return path && fs::exists(*path, ignored);
}

/// Looks up the locations of the bytes, with one call for each owner.
void find_bytes(std::vector<CheckoutTask>& tasks) {
    std::map<const ArtifactContent*, std::vector<CheckoutTask*>> by_owner;
    for (CheckoutTask& task : tasks) {
        by_owner[task.from.owner.get()].push_back(&task);
    }
    for (const auto& [owner, owned] : by_owner) {
        std::vector<const Entry*> entries;
        entries.reserve(owned.size());
        for (const CheckoutTask* task : owned) {
            entries.push_back(&task->from.entry);
        }
        std::vector<BytesLocation> locations = owner->locations_of(entries);
        for (std::size_t i = 0; i < owned.size(); ++i) {
            owned[i]->location = std::move(locations[i]);
        }
    }
}

/// Orders by folder; within a folder, by location in the packs, so that packs are read in order.
bool goes_before(const CheckoutTask& a, const CheckoutTask& b) {
    if (const int order = a.folder.compare(b.folder); order != 0) {
        return order < 0;
    }
    if (!a.location.packed || !b.location.packed) {
        return !a.location.packed && b.location.packed;
    }
    return std::tie(a.location.packed->file, a.location.packed->offset) <
           std::tie(b.location.packed->file, b.location.packed->offset);
}

void put_in_order(std::vector<CheckoutTask>& tasks) {
    if (std::ranges::is_sorted(tasks, goes_before)) {
        return;
    }
    // A task is large: each is moved once.
    std::vector<CheckoutTask*> order;
    order.reserve(tasks.size());
    for (CheckoutTask& task : tasks) {
        order.push_back(&task);
    }
    std::ranges::stable_sort(
        order, [](const CheckoutTask* a, const CheckoutTask* b) { return goes_before(*a, *b); });
    std::vector<CheckoutTask> sorted;
    sorted.reserve(tasks.size());
    for (CheckoutTask* task : order) {
        sorted.push_back(std::move(*task));
    }
    tasks = std::move(sorted);
}

} // namespace

CheckoutPlan::CheckoutPlan(const ArtifactContent& content, std::string folder, bool self_contained)
    : content_(content), folder_(std::move(folder)), self_contained_(self_contained),
      entries_(content.manifest().entries()), disk_paths_(content.manifest()) {}

CheckoutPlan::Batch CheckoutPlan::next_batch() {
    Batch batch;
    batch.tasks.reserve(
        static_cast<std::size_t>(std::min<std::uint64_t>(kBatchFiles, content_.manifest().size())));
    std::uint64_t bytes = 0;
    while (batch.tasks.size() < kBatchFiles && bytes < kBatchBytes) {
        auto entry = entries_.next();
        if (!entry) {
            batch.is_last = true;
            break;
        }
        if (!plan(*std::move(entry), batch.tasks)) {
            ++batch.without_file;
            continue;
        }
        const Entry& planned = batch.tasks.back().from.entry;
        bytes += planned.object ? planned.object_size : planned.size.value_or(0);
    }
    if (!batch.tasks.empty()) {
        batch.last_folder = batch.tasks.back().folder;
    }
    find_bytes(batch.tasks);
    put_in_order(batch.tasks);
    return batch;
}

bool is_self_contained_path(std::string_view disk_path) {
    return disk_path == kManifestFile || disk_path == kSourcesFolder ||
           disk_path.starts_with(concat(kSourcesFolder, "/"));
}

bool CheckoutPlan::plan(Entry entry, std::vector<CheckoutTask>& tasks) {
    const std::string disk_path = entry.path.disk_path();
    const std::string path = entry.path.str();
    if (self_contained_ && is_self_contained_path(disk_path)) {
        skipped.push_back(concat(
            quoted(path), " has the disk path of a file that makes the folder self-contained"));
        return false;
    }
    if (auto clash = disk_paths_.add(entry)) {
        skipped.push_back(*std::move(clash));
        return false;
    }
    if (disk_paths_.was_taken()) {
        return false;
    }
    if (entry.value_type && entry.ref && !self_contained_ && ArtifactUri::try_parse(*entry.ref)) {
        ++values_with_sources;
    }
    if (path != disk_path && folder_.empty()) {
        respelled.insert(disk_path);
    }
    const bool is_table = entry.value_type == Table::artifact_type;
    LocatedEntry from = content_.locate(std::move(entry));
    const bool is_here = from.owner->has_bytes(from.entry);
    const bool is_remote = !is_here && from.can_fetch();
    if (!is_here && !is_remote && !is_tracked_file(from.entry)) {
        skipped.push_back(
            concat(quoted(path), ": its bytes are not here",
                   from.entry.ref ? ", it is a reference to " + quoted(redact_url(*from.entry.ref))
                                  : std::string()));
        return false;
    }
    if (self_contained_ && is_table && is_here) {
        warn_of_rows(path, from);
    }
    const std::string whole = join_path(folder_, disk_path);
    const std::size_t slash = whole.rfind('/');
    tasks.push_back({slash == std::string::npos ? std::string() : whole.substr(0, slash),
                     whole.substr(slash + 1), std::move(from), BytesLocation(), is_remote});
    return true;
}

/// Warns of a table with more rows than W&B's SDK keeps.
void CheckoutPlan::warn_of_rows(const std::string& path, const LocatedEntry& from) {
    const auto file_path = from.owner->bytes_path(from.entry);
    if (!file_path) {
        return; // It is in a pack, so it is too small for that many rows.
    }
    const FileDescriptor file = open_for_reading(*file_path);
    const std::uint64_t size = file_size(file, *file_path);
    std::string tail(std::min<std::uint64_t>(size, kRowCountBytes), '\0');
    const std::size_t read =
        read_at(file, std::as_writable_bytes(std::span(tail.data(), tail.size())),
                size - tail.size(), *file_path);
    const auto rows = row_count_at_end(std::string_view(tail).substr(0, read));
    if (rows && *rows > Table::MAX_ARTIFACT_ROWS) {
        warnings.push_back(concat(quoted(path), " has ", *rows, " rows; the SDK of W&B keeps ",
                                  Table::MAX_ARTIFACT_ROWS, " when it writes a table"));
    }
}

} // namespace vitrine
