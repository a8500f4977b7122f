// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

namespace vitrine::golden {

/// A recorded Python value as the JSON that says the same: tags for tuples, dictionaries with
/// number keys, special floats and large integers are resolved.
/// Throws: NotExpressible for what JSON has no place for.
Json plain(const Json& recorded);

/// Whether it is the tag `{"$name": ...}`.
bool is_tag(const Json& recorded, const char* name);

/// The error code that stands for a recorded Python exception {"type", "message"}: one table.
/// Throws: std::runtime_error for one that is not in it.
ErrorCode code_of_exception(const Json& error);

} // namespace vitrine::golden
