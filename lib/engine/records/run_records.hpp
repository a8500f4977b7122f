// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/reports.hpp>

#include "catalog/catalog.hpp"
#include "engine/store/open_store.hpp"

#include <string>
#include <string_view>

namespace vitrine {

/// Throws: InvalidArgument unless `id` can name a run: 1 to 128 letters, digits, '_', '-', '.', the
/// first no '.', so that its record is a file of that name.
void require_run_id(std::string_view id);

/// The bytes of a run's record (FORMAT.md). Inverse: parse_run_record.
std::string render_run_record(const RunRow& row);
/// Throws: InvalidFormat with the pointer of what is wrong.
RunRow parse_run_record(std::string_view text);

/// Writes a run's record durably. Only the holder of the write lock does.
void write_run_record(OpenStore& store, const RunRow& row);

/// Inside a write transaction: notes that the run used or made the version, in its record and in
/// the catalogue, unless that stands there already. Returns whether anything was written.
bool note_run(OpenStore& store, const RunIdentity& run, RunRole role, const VersionRow& version);

/// Notes, in a turn of its own, that the run used the version of that id.
/// Throws: NotFound if no version has the id; InvalidArgument for a bad run id; Locked.
void note_use(OpenStore& store, const RunIdentity& run, std::string_view version_id);

/// What used and what made a version.
Lineage lineage_of(Catalog& catalog, const VersionRow& version);

} // namespace vitrine
