// SPDX-License-Identifier: MIT
#include "engine/gc/remove.hpp"

#include <vitrine/core/error.hpp>

#include "core/sorted_digests.hpp"
#include "core/text.hpp"
#include "engine/records/announcements.hpp"
#include "engine/records/record_folder.hpp"
#include "engine/records/records.hpp"
#include "engine/records/untracked_records.hpp"
#include "engine/store/live_set.hpp"
#include "engine/store/write_lock.hpp"

#include <set>
#include <utility>

namespace vitrine {

// ---- Aliases

namespace {

void remove_alias(HeadRow& head, const std::string& alias, std::uint64_t number) {
    const auto erased = std::erase(head.aliases, std::pair(alias, number));
    if (erased == 0) {
        throw Error(ErrorCode::NotFound, concat(quoted(version_name(head.name, number)),
                                                " has no alias ", quoted(alias)));
    }
}

} // namespace

void change_aliases(OpenStore& store, const VersionReference& reference,
                    const std::vector<std::string>& add, const std::vector<std::string>& remove) {
    for (const std::string& alias : add) {
        require_alias(alias);
    }
    WriteTransaction transaction(store);
    require_known_records(store, reference.name);
    transaction.begin();
    const std::uint64_t number = find_number(*store.catalog, reference);
    std::optional<HeadRow> head = store.catalog->versions.find_head(reference.name);
    if (!head) {
        throw Error(ErrorCode::Corruption, concat("artifact ", quoted(reference.name),
                                                  " has no head: run 'vitrine repair'"));
    }
    const HeadRow old_head = *head;
    for (const std::string& alias : remove) {
        remove_alias(*head, alias, number);
    }
    for (const std::string& alias : add) {
        set_alias(*head, alias, number);
    }
    Announcements announcements(store);
    if (*head != old_head) {
        announcements.add(store.layout.head(head->name), render_head(*head));
        announcements.flush();
        RecordFolder(store, head->name).write_head(*head);
        store.catalog->versions.put_head(*head);
    }
    transaction.commit();
    announcements.settle();
}

// ---- Versions

namespace {

/// The versions that "name:v3" or "name:*" names. Throws: NotFound; InvalidArgument for a bare
/// name: to forget the version must not remove the latest one.
std::vector<VersionRow> rows_to_remove(Catalog& catalog, std::string_view reference) {
    const bool all = reference.ends_with(":*");
    const std::string_view name = reference.substr(0, reference.find(':'));
    if (!all && reference.find(':') == std::string_view::npos) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("say which version of ", quoted(reference), " to remove: '", reference,
                           ":v3', or '", reference, ":*' for all"));
    }
    if (!all) {
        return {find_referenced(catalog, parse_reference(reference))};
    }
    find_number(catalog, parse_reference(name)); // throws NotFound with the known names
    std::vector<VersionRow> rows;
    for (const std::uint64_t number : catalog.versions.numbers_of(name)) {
        rows.push_back(find_referenced(catalog, {std::string(name), number, {}}));
    }
    return rows;
}

/// The sizes of the objects that only these versions reference, as entries.
std::uint64_t bytes_of_only(OpenStore& store, Catalog& catalog, const std::vector<VersionRow>& rows,
                            const ProgressOptions& progress) {
    std::set<std::int64_t> removed_rows;
    for (const VersionRow& row : rows) {
        removed_rows.insert(row.row_id);
    }
    const auto is_removed = [&](const VersionRow& row) {
        return removed_rows.contains(row.row_id);
    };
    LiveSet removed(store);
    removed.add_versions(catalog, progress, is_removed);
    LiveSet others(store);
    others.add_versions(catalog, progress, [&](const VersionRow& row) { return !is_removed(row); });
    DigestProbe objects(others.objects());
    DigestProbe segments(others.segments());
    std::uint64_t bytes = 0;
    removed.objects().for_each([&](const SortedDigests::Item& item) {
        const bool is_segment = segments.has(item.digest);
        bytes += objects.has(item.digest) || is_segment ? 0 : item.size;
    });
    return bytes;
}

/// The aliases of the versions, in their order: (alias, version). "latest" is none.
std::vector<std::pair<std::string, std::string>>
aliases_that_go(Catalog& catalog, const std::vector<VersionRow>& rows) {
    std::vector<std::pair<std::string, std::string>> aliases;
    for (const VersionRow& row : rows) {
        for (std::string& alias : aliases_of(catalog, row.name, row.number)) {
            if (alias != kLatest) {
                aliases.emplace_back(std::move(alias), version_name(row.name, row.number));
            }
        }
    }
    return aliases;
}

[[noreturn]] void throw_aliased(std::string_view reference, const RemoveReport& report) {
    std::string text;
    for (const auto& [alias, version] : report.aliases) {
        text += concat(text.empty() ? "" : ", ", quoted(alias), " of ", quoted(version));
    }
    throw Error(ErrorCode::Conflict,
                concat("not removed: with ", quoted(reference), " these aliases would go: ", text));
}

/// In one transaction. The records are removed first, durably: otherwise a repair could restore a
/// version after gc has deleted its bytes. Then the head, which keeps its next number; then the
/// rows.
void remove_rows(OpenStore& store, const std::vector<VersionRow>& rows,
                 Announcements& announcements) {
    const std::string& name = rows.front().name;
    std::optional<HeadRow> head = store.catalog->versions.find_head(name);
    if (!head) {
        throw Error(ErrorCode::Corruption,
                    concat("artifact ", quoted(name), " has no head: run 'vitrine repair'"));
    }
    const HeadRow old_head = *head;
    const RecordFolder records(store, name);
    for (const VersionRow& row : rows) {
        announcements.add(store.layout.record(name, row.number), {});
        std::erase_if(head->aliases, [&](const auto& item) { return item.second == row.number; });
    }
    announcements.add(store.layout.head(name), render_head(*head));
    announcements.flush();
    for (const VersionRow& row : rows) {
        records.remove_record(row.number);
    }
    records.flush();
    if (*head != old_head) {
        records.write_head(*head);
        store.catalog->versions.put_head(*head);
    }
    for (const VersionRow& row : rows) {
        store.catalog->versions.remove(row.name, row.number);
    }
}

} // namespace

RemoveReport remove_versions(OpenStore& store, std::string_view reference,
                             const RemoveOptions& options) {
    RemoveReport report;
    std::vector<VersionRow> expected;
    {
        // Counting the bytes walks all manifests. It needs a lease and a connection of its own, and
        // no lock.
        const std::shared_ptr<const Lease> lease = store.leases.take();
        const std::unique_ptr<Catalog> catalog = store.second_catalog();
        const Catalog::ReadTransaction view(*catalog);
        expected = rows_to_remove(*catalog, reference);
        report.bytes = bytes_of_only(store, *catalog, expected, {});
        report.aliases = aliases_that_go(*catalog, expected);
    }
    std::vector<VersionRow> rows = expected;
    if (!options.dry_run) {
        WriteTransaction transaction(store);
        transaction.begin();
        rows = rows_to_remove(*store.catalog, reference);
        require_known_records(store, expected.front().name);
        report.aliases = aliases_that_go(*store.catalog, rows);
        if (options.keep_aliased && !report.aliases.empty()) {
            throw_aliased(reference, report);
        }
        Announcements announcements(store);
        remove_rows(store, rows, announcements);
        transaction.commit();
        announcements.settle();
    }
    for (const VersionRow& row : rows) {
        report.versions.push_back(version_name(row.name, row.number));
    }
    return report;
}

} // namespace vitrine
