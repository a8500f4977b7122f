// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/value/value.hpp>
#include <vitrine/value/value_source.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace vitrine {

/// Returns the member of an object; null if it is missing or is JSON null.
const Json* find_member(const Json& object, std::string_view name);

/// Throws: InvalidFormat "'<name>': expected an object, got <kind>".
const Json& expect_object(const Json& value, std::string_view name);
/// Throws: InvalidFormat that names the member, if it is missing or not text.
std::string string_member(const Json& object, std::string_view name);

/// Throws InvalidFormat if `json` is not an object or has another `_type`.
void expect_type(const Json& json, std::string_view type);

/// Returns "'<name>': expected <expected>, got <kind of value>".
std::string expected_message(std::string_view name, std::string_view expected, const Json& value);

/// Whether two captions or the like are equal; absent and empty are the same.
bool same_note(const Json& a, const Json& b);

/// Returns the result of `restore`. An invalid argument is, in stored data, a wrong format, so
/// InvalidArgument becomes InvalidFormat. All errors get the context `context`.
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

/// Throws InvalidFormat "expected <expected> at '<path>', got <kind of value>". `value` may be
/// null.
[[noreturn]] void throw_other_value(std::string_view path, std::string_view expected,
                                    const Value* value);

/// Restores the value of class T at a path of the source. `expected` is the name of a T for the
/// message. Throws: InvalidFormat if there is another value or an unregistered type.
template <class T>
T value_at(const ValueSource& source, const std::string& path, std::string_view expected) {
    const std::shared_ptr<const Value> value = source.value(path);
    if (const auto* found = dynamic_cast<const T*>(value.get())) {
        return *found;
    }
    throw_other_value(path, expected, value.get());
}

} // namespace vitrine
