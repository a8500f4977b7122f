// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/lineage.hpp>

#include "catalog/catalog.hpp"
#include "engine/records/announcements.hpp"
#include "engine/store/open_store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// Throws InvalidArgument unless `id` can name a W&B run: 1 to 128 letters, digits, '_', '-' and
/// '.'; the first is not '.'. Its record is a file of that name.
void require_run_id(std::string_view id);

/// Returns the text of a run's record (FORMAT.md). Inverse: parse_run_record.
std::string render_run_record(const RunRow& row);
/// As is_text_of in records.hpp.
bool is_text_of(const std::optional<std::string>& text, const RunRow& row);
/// Throws: as parse_record.
RunRow parse_run_record(std::string_view text);

/// Writes a run's record durably. The caller holds the write lock. Throws: IoError.
void write_run_record(OpenStore& store, const RunRow& row);

/// Records that the run used or made the version, in the run's record and in the catalogue. Returns
/// whether anything was written: nothing is if it was recorded before. The caller has a write
/// transaction open, to which the announcements belong. Throws: IoError, DatabaseError.
bool record_run(OpenStore& store, const RunIdentity& run, RunRole role, const VersionRow& version,
                Announcements& announcements);

/// Records, in a write transaction of its own, that the run used the version with that id.
/// Throws: NotFound if no version has the id; InvalidArgument for a bad run id; Locked, IoError,
/// DatabaseError.
void record_use(OpenStore& store, const RunIdentity& run, std::string_view version_id);

/// The runs that made a version, and those that used it.
Lineage lineage_of(Catalog& catalog, const VersionRow& version);

} // namespace vitrine
