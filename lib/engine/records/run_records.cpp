// SPDX-License-Identifier: MIT
//
// A run's record is written again whenever the run uses or makes one more version. As for versions,
// it is written and flushed before the transaction commits, so that every row has its record. A
// crash between the two leaves a record that says more than the catalogue, which gc writes again,
// or a record without a row, which gc removes.
#include "engine/records/run_records.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/records/untracked_records.hpp"
#include "engine/store/json_fields.hpp"
#include "engine/store/write_lock.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

constexpr std::uint64_t kRunRecordFormat = 1;
constexpr std::size_t kMaxRunIdBytes = 128;
constexpr std::size_t kMaxVersionIdBytes = 64;

bool is_run_id_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.';
}

Json render_versions(const std::vector<RunVersionRow>& versions) {
    Json array = Json::array();
    for (const RunVersionRow& version : versions) {
        array.push_back(Json{
            {"id", render_hex(version.id)}, {"name", version.name}, {"number", version.number}});
    }
    return array;
}

std::vector<RunVersionRow> parse_versions(const Json& json, const std::string& key) {
    const Json& array = json_member(json, key);
    if (!array.is_array()) {
        throw Error(ErrorCode::InvalidFormat, concat("'/", key, "': expected an array"));
    }
    std::vector<RunVersionRow> versions;
    for (const Json& item : array) {
        if (!item.is_object()) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("'/", key, "': expected an array of objects"));
        }
        std::string id = parse_hex(json_text(item, "id"));
        if (id.empty() || id.size() > kMaxVersionIdBytes) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("'/", key, "': expected an id of 1 to 64 bytes, got ", id.size()));
        }
        versions.push_back({std::move(id), json_text(item, "name"), json_number(item, "number")});
    }
    return versions;
}

} // namespace

void require_run_id(std::string_view id) {
    const bool valid = !id.empty() && id.size() <= kMaxRunIdBytes && id.front() != '.' &&
                       std::all_of(id.begin(), id.end(), is_run_id_character);
    if (!valid) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("not a run's id: ", quoted(id),
                           " (expected 1 to 128 of letters, digits, '_', '-', '.', no '.' first)"));
    }
}

namespace {

std::string render_plain(const RunRow& row) {
    Json json = Json::object();
    json["format"] = kRunRecordFormat;
    json["id"] = row.id;
    json["directory"] = row.directory;
    json["created_at"] = row.created_at;
    json["used"] = render_versions(row.used);
    json["made"] = render_versions(row.made);
    return render_json_file(json);
}

} // namespace

std::string render_run_record(const RunRow& row) {
    return seal_json_file(render_plain(row));
}

bool is_text_of(const std::optional<std::string>& text, const RunRow& row) {
    return text && (*text == render_run_record(row) || *text == render_plain(row));
}

RunRow parse_run_record(std::string_view text) {
    const Json json = parse_sealed_object(text);
    const std::uint64_t format = json_number(json, "format");
    if (format != kRunRecordFormat) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("'/format': expected ", kRunRecordFormat, ", got ", format));
    }
    RunRow row;
    row.id = json_text(json, "id");
    try {
        require_run_id(row.id);
    } catch (const Error& error) {
        throw Error(ErrorCode::InvalidFormat, concat("'/id': ", error.what()));
    }
    row.directory = json_text(json, "directory");
    row.created_at = json_text(json, "created_at");
    row.used = parse_versions(json, "used");
    row.made = parse_versions(json, "made");
    return row;
}

void write_run_record(OpenStore& store, const RunRow& row) {
    write_file_atomically(store.files(), store.layout.run_record(row.id), render_run_record(row),
                          store.durable());
}

bool record_run(OpenStore& store, const RunIdentity& run, RunRole role, const VersionRow& version,
                Announcements& announcements) {
    const auto known = store.catalog->runs.find(run.id);
    RunRow row = known.value_or(RunRow{run.id, {}, store.options.now(), {}, {}});
    row.directory = run.directory;
    std::vector<RunVersionRow>& versions = role == RunRole::used ? row.used : row.made;
    const auto is_version = [&](const RunVersionRow& item) { return item.id == version.id; };
    if (std::none_of(versions.begin(), versions.end(), is_version)) {
        versions.push_back({version.id, version.name, version.number});
    }
    if (row == known) {
        return false;
    }
    require_known_run(store, row.id);
    announcements.add(store.layout.run_record(row.id), render_run_record(row));
    announcements.flush();
    write_run_record(store, row);
    store.catalog->runs.put(row);
    return true;
}

void record_use(OpenStore& store, const RunIdentity& run, std::string_view version_id) {
    require_run_id(run.id);
    WriteTransaction transaction(store);
    transaction.begin();
    const auto version = store.catalog->versions.find_by_id(version_id);
    if (!version) {
        throw Error(ErrorCode::NotFound,
                    concat("no version of this store has the id ", quoted(render_hex(version_id))));
    }
    Announcements announcements(store);
    if (record_run(store, run, RunRole::used, *version, announcements)) {
        transaction.commit();
        announcements.settle();
    }
}

namespace {

std::vector<RunVersion> versions_of(Catalog& catalog, const std::vector<RunVersionRow>& rows) {
    std::vector<RunVersion> versions;
    for (const RunVersionRow& row : rows) {
        versions.push_back(
            {row.name, row.number, row.id, !catalog.versions.find_by_id(row.id).has_value()});
    }
    return versions;
}

std::vector<RunInfo> runs_in_role(Catalog& catalog, const VersionRow& version, RunRole role) {
    std::vector<RunInfo> runs;
    for (const std::string& id : catalog.runs.of_version(version.id, role)) {
        if (const auto row = catalog.runs.find(id)) {
            runs.push_back({row->id, row->directory, row->created_at,
                            versions_of(catalog, row->used), versions_of(catalog, row->made)});
        }
    }
    return runs;
}

} // namespace

Lineage lineage_of(Catalog& catalog, const VersionRow& version) {
    Lineage lineage{runs_in_role(catalog, version, RunRole::made),
                    runs_in_role(catalog, version, RunRole::used)};
    // The run that made it comes before runs that made the same content again.
    std::stable_partition(lineage.made_by.begin(), lineage.made_by.end(),
                          [&](const RunInfo& run) { return run.id == version.run; });
    return lineage;
}

} // namespace vitrine
