// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/manifest/entry.hpp>

namespace vitrine::tool {

/// `{path, digest, sha256?, size?, ref?}`, as in FORMAT.md.
Json entry_json(const Entry& entry);

} // namespace vitrine::tool
