// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/value/value.hpp>

#include <memory>
#include <span>
#include <string_view>

namespace vitrine::golden {

class World;

using ValuePointer = std::shared_ptr<const Value>;

/// How the runner handles one class of the SDK.
struct ValueKind {
    std::string_view class_name;
    /// Makes the value that a step "value" describes. Throws what the value's constructor throws;
    /// NotExpressible.
    ValuePointer (*make)(World& world, const Json& step);
    /// Compares what the step "value" recorded about the value besides its file; null: nothing.
    void (*check_made)(World& world, const Json& step, const Value& value);
    /// Compares a restored value with what a step "get" or "cell" recorded; null: nothing.
    void (*check_restored)(World& world, const Json& recorded, const Value& value);
    /// Calls the static method that a step "classcall" names; null: the class has none.
    Json (*call)(World& world, const Json& step) = nullptr;
};

/// The tables, one for each family (kinds_<family>.cpp).
std::span<const ValueKind> image_kinds();
std::span<const ValueKind> sound_kinds();
std::span<const ValueKind> document_kinds();
std::span<const ValueKind> table_kinds();
std::span<const ValueKind> joined_kinds();
/// Returns null if no table has the class.
const ValueKind* find_kind(std::string_view class_name);

} // namespace vitrine::golden
