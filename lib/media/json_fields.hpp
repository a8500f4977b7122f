// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include <string>
#include <string_view>

namespace vitrine {

/// The member of an object, or null where there is none or it is null itself.
const Json* find_member(const Json& object, std::string_view name);

/// Throws: InvalidFormat "'<name>': expected an object, got <kind>".
const Json& expect_object(const Json& value, std::string_view name);
/// Throws: InvalidFormat that names the member, if it is missing or no text.
std::string string_member(const Json& object, std::string_view name);

/// Throws InvalidFormat if `json` is no object, or says that it is of another `_type`.
void expect_type(const Json& json, std::string_view type);

/// "'<name>': expected <expected>, got <kind of value>".
std::string expected_message(std::string_view name, std::string_view expected, const Json& value);

/// Equality of captions and the like: absent and empty are the same.
bool same_note(const Json& a, const Json& b);

/// What `restore` gives. What it refuses as an argument is, in stored data, a wrong format: its
/// InvalidArgument becomes InvalidFormat. All errors get `context` in front.
template <class Restore>
auto restoring(std::string_view context, Restore&& restore) {
    try {
        return restore();
    } catch (Error& error) {
        if (error.code() != ErrorCode::InvalidArgument) {
            error.add_context(context);
            throw;
        }
        Error wrong_format(ErrorCode::InvalidFormat, error.what());
        wrong_format.add_context(context);
        throw wrong_format;
    }
}

} // namespace vitrine
