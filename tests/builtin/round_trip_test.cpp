// SPDX-License-Identifier: MIT
// A value of every registered type is restored from an artifact equal to the original and with its
// source. A type without a case fails.
#include <vitrine/builtin/builtin_types.hpp>

#include "builtin/round_trips.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace vitrine {

using test::round_trips;
using test::RoundTrip;

TEST_CASE("every registered type has a round trip") {
    for (const ValueType& type : builtin_types().type_mapping()) {
        CAPTURE(type.type);
        CHECK(
            std::ranges::any_of(round_trips(), [&](const auto& c) { return c.type == type.type; }));
    }
}

TEST_CASE("every type is restored from an artifact unchanged") {
    for (const RoundTrip& c : round_trips()) {
        CAPTURE(c.type);
        CAPTURE(c.what);
        const auto value = c.make();
        CHECK(value->type() == c.type);
        test::MemoryArtifact artifact;
        const Json json = artifact.add(*value, "x");
        const auto source = artifact.source();
        // Types without a suffix of their own are found by the whole name.
        const std::string name = test::MemoryArtifact::path_of(*value, "x");
        const std::string short_name = name == "x.json" ? name : "x";
        const auto got = source->get(short_name);
        REQUIRE(got);
        CHECK(got->type() == c.type);
        CHECK(*got == *value);
        CHECK(*value == *got);
        REQUIRE(got->artifact_source());
        CHECK(got->artifact_source()->name == short_name);
        CHECK(got->artifact_source()->artifact == source);
        // The restored value is written again byte for byte, with the same files and notes.
        test::MemoryArtifact again;
        again.add(*got, "x");
        REQUIRE(again.entries().size() == artifact.entries().size());
        for (const auto& item : artifact.entries()) {
            const std::string& path = item.first;
            CAPTURE(path);
            REQUIRE(again.entries().contains(path));
            CHECK(again.entries().at(path).bytes == item.second.bytes);
            CHECK(render_json(again.entries().at(path).notes) == render_json(item.second.notes));
        }
    }
}

} // namespace vitrine
