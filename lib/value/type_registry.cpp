// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/value/type_registry.hpp>

#include "core/text.hpp"

#include <algorithm>

namespace vitrine {

void TypeRegistry::add(ValueType type) {
    if (type.type.empty()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("type ", quoted(type.class_name), " has an empty '_type'"));
    }
    if (!type.from_json) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("type ", quoted(type.type), " cannot be restored: it has no from_json"));
    }
    if (find(type.type) != nullptr) {
        throw Error(ErrorCode::AlreadyExists,
                    concat("type ", quoted(type.type), " is already registered"));
    }
    types_.push_back(std::move(type));
}

const ValueType* TypeRegistry::find(std::string_view type) const {
    const auto found = std::find_if(types_.begin(), types_.end(),
                                    [&](const ValueType& known) { return known.type == type; });
    return found == types_.end() ? nullptr : &*found;
}

} // namespace vitrine
