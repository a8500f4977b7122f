// SPDX-License-Identifier: MIT
// Joined tables.
#include <vitrine/table/joined_table.hpp>

#include "golden/value_kinds.hpp"
#include "golden/world.hpp"

namespace vitrine::golden {

namespace {

JoinedSide joined_side(const World& world, const Json& recorded) {
    if (recorded.is_null()) {
        return std::shared_ptr<const Value>();
    }
    return is_tag(recorded, "$value") ? JoinedSide(world.value(recorded.at("$value")))
                                      : JoinedSide(recorded.get<std::string>());
}

JoinedTable make_joined(const World& world, const Json& step) {
    const Json& args = step.at("args");
    if (is_tag(args.at(2), "$tuple")) {
        throw NotExpressible{"a tuple, which JSON does not tell from a list"};
    }
    return JoinedTable(joined_side(world, args.at(0)), joined_side(world, args.at(1)),
                       plain(args.at(2)));
}

constexpr ValueKind kJoinedKinds[] = {
    {"JoinedTable",
     [](World& world, const Json& step) -> ValuePointer {
         return std::make_shared<JoinedTable>(make_joined(world, step));
     },
     [](World& world, const Json& step, const Value& value) {
         world.substitutions.replace_number(step.at("python_id").get<std::string>(),
                                            std::to_string(value.identity()));
     },
     nullptr},
};

} // namespace

std::span<const ValueKind> joined_kinds() {
    return kJoinedKinds;
}

} // namespace vitrine::golden
