// SPDX-License-Identifier: MIT
#include "engine/repair/repair_records.hpp"

#include <vitrine/core/error.hpp>

#include "core/artifact_name.hpp"
#include "core/linkless.hpp"
#include "engine/records/record_folder.hpp"
#include "engine/records/records.hpp"
#include "engine/store/live_set.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/store_files.hpp"
#include "engine/store/version_reference.hpp"

#include <algorithm>
#include <limits>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// The greatest number that the catalogue can store.
constexpr auto kMaxNumber = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
constexpr const char* kRecordSuffix = ".json";
constexpr const char* kCompleteSuffix = ".kept.json";
constexpr const char* kOtherSuffix = ".catalogue.json";

VersionRow read_record_file(const fs::path& path, const std::string& name, std::uint64_t number) {
    VersionRow row = parse_record(read_linkless(path, kMaxRecordBytes));
    if (row.name != name || row.number != number) {
        throw Error(ErrorCode::Corruption,
                    concat("it is the record of ", quoted(version_name(row.name, row.number))));
    }
    return row;
}

HeadRow read_head_file(const fs::path& path, const std::string& name) {
    HeadRow head = parse_head(read_linkless(path, kMaxRecordBytes));
    if (head.name != name) {
        throw Error(ErrorCode::Corruption, concat("it is the head of ", quoted(head.name)));
    }
    if (head.next_number > kMaxNumber) {
        throw Error(ErrorCode::Corruption,
                    concat("its next number is ", head.next_number, ", which is too large"));
    }
    return head;
}

/// The record, if it can be read.
std::optional<VersionRow> try_read_record(const fs::path& path, const std::string& name,
                                          std::uint64_t number, Problem& problem) {
    std::optional<VersionRow> row;
    problem = damage_of([&] { row = read_record_file(path, name, number); });
    return row;
}

bool is_same(const std::optional<VersionRow>& known, const VersionRow& row) {
    return known && render_record(*known) == render_record(row);
}

/// The artifact names among the folders in a folder of records. Other folders are left alone.
std::vector<std::string> artifact_names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const fs::path& path : folders_in(folder)) {
        const std::string name = path.filename().native();
        if (!problem_of([&] { check_artifact_name(name); })) {
            names.push_back(name);
        }
    }
    return names;
}

} // namespace

std::array<const VersionRow*, 4> RecordSearch::Version::rows() const {
    const auto pointer = [](const std::optional<VersionRow>& row) { return row ? &*row : nullptr; };
    // A version that was restored without a dependency may have been removed since.
    const bool lives = record || old;
    return {lives ? pointer(complete) : nullptr, pointer(record), pointer(lost), pointer(old)};
}

fs::path RecordSearch::lost_record(const std::string& name, std::uint64_t number,
                                   const char* suffix) const {
    const fs::path folder =
        rebuild_.layout.record_folder(name).lexically_relative(rebuild_.layout.root);
    return rebuild_.layout.lost() / folder / (std::to_string(number) + suffix);
}

// ---- Reading

void RecordSearch::read() {
    for (const std::string& name : artifact_names_in(rebuild_.layout.records())) {
        read_folder(name);
    }
    for (const std::string& name :
         artifact_names_in(rebuild_.layout.lost() / "records" / "artifacts")) {
        read_lost_folder(name);
    }
    read_old();
}

void RecordSearch::read_folder(const std::string& name) {
    Name& found = names_[name];
    for (const fs::path& path : list_folder(rebuild_.layout.record_folder(name))) {
        check_stop(rebuild_.progress);
        if (const auto number = record_number(path)) {
            found.next_number = std::max(found.next_number, *number + 1);
            Version& version = found.versions[*number];
            version.record = try_read_record(path, name, *number, version.unreadable);
        } else if (path == rebuild_.layout.head(name)) {
            found.unreadable = damage_of([&] { found.head = read_head_file(path, name); });
        } else if (is_temporary(path)) {
            rebuild_.temporary.push_back(path);
        }
    }
}

void RecordSearch::read_lost_folder(const std::string& name) {
    const fs::path folder = lost_record(name, 0, kRecordSuffix).parent_path();
    Name& found = names_[name];
    for (const fs::path& path : list_folder(folder)) {
        // "3.kept.json" is a record of version 3 as well.
        const fs::path stem = path.stem();
        const bool is_complete = path.extension() == ".json" && stem.extension() == ".kept";
        const auto number =
            record_number(is_complete ? fs::path(stem.stem().native() + kRecordSuffix) : path);
        if (!number) {
            continue;
        }
        found.next_number = std::max(found.next_number, *number + 1);
        Version& version = found.versions[*number];
        Problem problem; // it was said when the file was put there
        (is_complete ? version.complete : version.lost) =
            try_read_record(path, name, *number, problem);
    }
}

void RecordSearch::read_old() {
    for (const VersionRow& row : old_.versions()) {
        Name& found = names_[row.name];
        found.next_number = std::max(found.next_number, row.number + 1);
        found.versions[row.number].old = row;
    }
    for (const auto& [name, head] : old_.heads()) {
        Name& found = names_[name];
        found.next_number = std::max(found.next_number, head.next_number);
    }
}

std::set<Sha256> RecordSearch::contents() const {
    std::set<Sha256> contents;
    for (const auto& [name, found] : names_) {
        for (const auto& [number, version] : found.versions) {
            for (const VersionRow* row : version.rows()) {
                const std::vector<Sha256> needed = row ? contents_of(*row) : std::vector<Sha256>();
                contents.insert(needed.begin(), needed.end());
            }
        }
    }
    return contents;
}

// ---- Versions

void RecordSearch::write(const ManifestSearch& manifests) {
    Catalog::WriteTransaction transaction(*rebuild_.catalog, false);
    for (auto& [name, found] : names_) {
        check_stop(rebuild_.progress);
        for (auto& [number, version] : found.versions) {
            write_version(name, number, version, manifests);
        }
        write_head(name, found);
    }
    transaction.commit();
    rebuild_.report.versions = live_.size();
    if (still_lost_ > 0) {
        rebuild_.note(concat("versions that were lost before: ", still_lost_,
                             "; their records are below 'lost'"));
    }
}

void RecordSearch::write_version(const std::string& name, std::uint64_t number, Version& version,
                                 const ManifestSearch& manifests) {
    for (const VersionRow* row : version.rows()) {
        const std::vector<Sha256> needed = row ? contents_of(*row) : std::vector<Sha256>();
        if (row && std::all_of(needed.begin(), needed.end(), [&](const Sha256& content) {
                return manifests.is_whole(content);
            })) {
            restore(*row, version);
            return;
        }
    }
    std::string problem;
    for (const VersionRow* row : version.rows()) {
        if (row && manifests.is_whole(row->content)) {
            restore_without_dependencies(*row, version, manifests);
            return;
        }
        if (row && problem.empty()) {
            problem = concat("its manifest is lost: ", manifests.problem(row->content));
        }
    }
    lose(name, number, version, problem);
    for (const VersionRow* row : version.rows()) {
        if (row) {
            manifests.set_aside(row->content);
        }
    }
}

void RecordSearch::set_unreadable_aside(const fs::path& path, Problem& unreadable) {
    if (unreadable) {
        *unreadable += concat(" (it is now in ", quoted(rebuild_.move_to_lost(path)), ")");
    }
}

/// A record is written once and never changed, so if it differs from its row, one of them is
/// damaged. A record with a digest proves itself; an older one does not.
void RecordSearch::report_other_witness(const VersionRow& row, const Version& version) {
    if (!version.record || !version.old || !is_same(version.record, row) ||
        is_same(version.old, row)) {
        return;
    }
    const std::string label = version_name(row.name, row.number);
    const auto text = try_read_linkless(rebuild_.layout.record(row.name, row.number));
    if (text == render_record(row)) {
        rebuild_.note(
            concat(label, ": the old catalogue differed from its record, which is right"));
        return;
    }
    const fs::path other = lost_record(row.name, row.number, kOtherSuffix);
    rebuild_.write(other, render_record(*version.old));
    rebuild_.lose(label,
                  concat("its record and the old catalogue differ, and neither has a digest: "
                         "the record is used, and what the catalogue had is in ",
                         quoted(other.lexically_relative(rebuild_.layout.root).native())));
}

/// Adds the row of a version, and writes its record if it has another one.
void RecordSearch::restore(const VersionRow& row, Version& version) {
    const std::string label = version_name(row.name, row.number);
    if (const auto other = rebuild_.catalog->versions.find_by_id(row.id)) {
        lose(row.name, row.number, version,
             concat(quoted(version_name(other->name, other->number)), " has the same id"));
        return;
    }
    const fs::path path = rebuild_.layout.record(row.name, row.number);
    set_unreadable_aside(path, version.unreadable);
    rebuild_.catalog->versions.put(row);
    live_.emplace(row.name, row.number);
    report_other_witness(row, version);
    if (is_same(version.record, row)) {
        return;
    }
    rebuild_.write(path, render_record(row));
    if (is_same(version.complete, row) || is_same(version.lost, row)) {
        rebuild_.note(concat(label, ": restored from 'lost', since its manifests are whole"));
    } else {
        rebuild_.note(concat(label, ": its record was ",
                             version.unreadable ? "unreadable: " + *version.unreadable : kMissing,
                             "; written again from the old catalogue"));
    }
    rebuild_.remove(lost_record(row.name, row.number, kRecordSuffix));
    rebuild_.remove(lost_record(row.name, row.number, kCompleteSuffix));
}

/// Restores a version without the dependencies that it has lost.
void RecordSearch::restore_without_dependencies(const VersionRow& row, Version& version,
                                                const ManifestSearch& manifests) {
    VersionRow rest = row;
    const std::string label = version_name(row.name, row.number);
    const auto lost = std::stable_partition(
        rest.dependencies.begin(), rest.dependencies.end(),
        [&](const Dependency& dependency) { return manifests.is_whole(dependency.content); });
    for (auto dependency = lost; dependency != rest.dependencies.end(); ++dependency) {
        rebuild_.lose(concat("dependency ", dependency->name, " of ", label),
                      manifests.problem(dependency->content));
        manifests.set_aside(dependency->content);
    }
    rest.dependencies.erase(lost, rest.dependencies.end());
    rebuild_.write(lost_record(row.name, row.number, kCompleteSuffix), render_record(row));
    version.complete.reset();
    version.lost.reset();
    set_unreadable_aside(rebuild_.layout.record(row.name, row.number), version.unreadable);
    rebuild_.write(rebuild_.layout.record(row.name, row.number), render_record(rest));
    version.record = rest;
    restore(rest, version);
}

void RecordSearch::lose(const std::string& name, std::uint64_t number, const Version& version,
                        const std::string& problem) {
    const fs::path path = rebuild_.layout.record(name, number);
    if (version.record || version.unreadable) {
        const std::string lost_path = rebuild_.move_to_lost(path);
        rebuild_.lose(version_name(name, number),
                      concat(version.unreadable
                                 ? concat("its record cannot be read: ", *version.unreadable)
                                 : problem,
                             "; its record is now in ", quoted(lost_path)));
    } else if (version.old) {
        rebuild_.lose(version_name(name, number), concat("its record is missing, and ", problem));
    } else if (version.lost) {
        ++still_lost_;
    }
}

// ---- Heads

/// Keeps the aliases of live versions. Aliases of a version that is only in the old catalogue come
/// from there.
void RecordSearch::keep_aliases(HeadRow& head, const Name& found) {
    const auto old = old_.heads().find(head.name);
    if (old != old_.heads().end()) {
        for (const auto& [alias, number] : old->second.aliases) {
            const bool is_known =
                std::any_of(head.aliases.begin(), head.aliases.end(),
                            [&, &known = alias](const auto& item) { return item.first == known; });
            const auto version = found.versions.find(number);
            const bool is_restored =
                version != found.versions.end() && version->second.old && !version->second.record;
            if (!is_known && (!found.head || is_restored)) {
                set_alias(head, alias, number);
            }
        }
    }
    std::erase_if(head.aliases, [&](const auto& item) {
        const bool is_live = live_.contains({head.name, item.second});
        if (!is_live) {
            rebuild_.note(concat("alias ", quoted(item.first), " of ", quoted(head.name),
                                 " is lost with version ", item.second));
        }
        return !is_live;
    });
}

void RecordSearch::write_head(const std::string& name, Name& found) {
    const auto old = old_.heads().find(name);
    if (!found.head && !found.unreadable && found.versions.empty() && old == old_.heads().end()) {
        return; // a crash left the folder
    }
    const fs::path path = rebuild_.layout.head(name);
    HeadRow head = found.head.value_or(HeadRow{name, {}, 0, {}});
    head.next_number = std::max(head.next_number, found.next_number);
    if (!found.head && old != old_.heads().end()) {
        head.type = old->second.type;
    }
    if (const auto latest = rebuild_.catalog->versions.find_latest(name)) {
        head.type = latest->type;
    }
    keep_aliases(head, found);
    set_unreadable_aside(path, found.unreadable);
    if (!found.head) {
        const std::string problem =
            found.unreadable ? concat("unreadable: ", *found.unreadable) : std::string(kMissing);
        rebuild_.note(concat("the head of ", quoted(name), " was ", problem,
                             "; written again, next number ", head.next_number));
        // If a readable catalogue does not have the name, its first commit was interrupted.
        const bool is_new = !found.unreadable && !old_.problem();
        if (old == old_.heads().end() && !is_new) {
            rebuild_.lose(concat("aliases of ", name), concat("the head was ", problem));
        }
    }
    if (found.head != head) {
        rebuild_.write(path, render_head(head));
    }
    rebuild_.catalog->versions.put_head(head);
}

} // namespace vitrine
