// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "engine/records/run_records.hpp"
#include "engine/repair/repair_records.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/store_files.hpp"

#include <set>
#include <string>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

RunRow read_record(const fs::path& path) {
    RunRow row = parse_run_record(read_linkless(path, kMaxRecordBytes));
    if (row.id != path.stem().native()) {
        throw Error(ErrorCode::Corruption, concat("it is the record of run ", quoted(row.id)));
    }
    return row;
}

/// Writes the record of a run from the row of the old catalogue. Without one, the run is lost.
void replace_run(Rebuild& rebuild, const OldCatalog& old, const std::string& id,
                 const std::string& problem) {
    const auto known = old.runs().find(id);
    if (known == old.runs().end()) {
        rebuild.lose(concat("run ", id), concat("its record was ", problem));
        return;
    }
    rebuild.note(
        concat("run ", id, ": its record was ", problem, "; written again from the old catalogue"));
    rebuild.write(rebuild.layout.run_record(id), render_run_record(known->second));
    rebuild.catalog->runs.put(known->second);
}

void repair_run(Rebuild& rebuild, const OldCatalog& old, const fs::path& path) {
    RunRow row;
    if (const Problem problem = damage_of([&] { row = read_record(path); })) {
        const std::string lost_path = rebuild.move_to_lost(path);
        replace_run(rebuild, old, path.stem().native(),
                    concat("unreadable: ", *problem, " (it is now in ", quoted(lost_path), ")"));
        return;
    }
    rebuild.catalog->runs.put(row);
}

} // namespace

void repair_runs(Rebuild& rebuild, const OldCatalog& old) {
    std::set<std::string> ids;
    Catalog::WriteTransaction transaction(*rebuild.catalog, false);
    for (const fs::path& path : list_folder(rebuild.layout.run_records())) {
        check_stop(rebuild.progress);
        if (is_temporary(path)) {
            rebuild.temporary.push_back(path);
        } else if (path.extension() == ".json") {
            ids.insert(path.stem().native());
            repair_run(rebuild, old, path);
        }
    }
    for (const auto& [id, row] : old.runs()) {
        if (!ids.contains(id)) {
            replace_run(rebuild, old, id, kMissing);
        }
    }
    transaction.commit();
}

} // namespace vitrine
