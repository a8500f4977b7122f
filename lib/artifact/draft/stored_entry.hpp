// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/entry.hpp>

#include "engine/commit/draft_staging.hpp"

#include <functional>
#include <ostream>
#include <string>

namespace vitrine {

/// The entry at `path` of bytes that a draft holds. Throws: InvalidArgument for the path.
Entry stored_entry(std::string path, const StoredBytes& stored);

/// Stages what `write` writes: in memory, or in a temporary file if it is long.
/// Throws: what `write` and DraftStaging::put_file throw.
StoredBytes put_written(DraftStaging& staging, const std::function<void(std::ostream&)>& write);

} // namespace vitrine
