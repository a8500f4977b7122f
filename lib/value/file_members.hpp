// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/type_registry.hpp>

#include "core/file_names.hpp"

namespace vitrine {

/// The registered types that declare ValueType::file_members, and all members that these declare:
/// any of these types may be nested in another.
FileMembers file_members_of(const TypeRegistry& types);

} // namespace vitrine
