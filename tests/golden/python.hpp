// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

namespace vitrine::golden {

/// Returns the JSON of a recorded Python value: tags for tuples, dictionaries with number keys,
/// special floats and large integers are resolved.
/// Throws: NotExpressible if JSON cannot represent it.
Json plain(const Json& recorded);

/// Whether it is the tag `{"$name": ...}`.
bool is_tag(const Json& recorded, const char* name);

/// The error code that corresponds to a recorded Python exception {"type", "message"}, from one
/// table. Throws: std::runtime_error if the exception is not in it.
ErrorCode code_of_exception(const Json& error);

} // namespace vitrine::golden
