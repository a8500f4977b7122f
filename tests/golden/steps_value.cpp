// SPDX-License-Identifier: MIT
// Steps that make values, restore them and compare them.
#include <vitrine/media/media.hpp>

#include "golden/value_kinds.hpp"
#include "golden/world.hpp"

#include <algorithm>

namespace vitrine::golden {

namespace {

const ValueKind& kind_of(const Json& class_name) {
    const auto name = class_name.get<std::string>();
    const ValueKind* kind = find_kind(name);
    REQUIRE_MESSAGE(kind != nullptr, "no table of kinds has ", name);
    return *kind;
}

/// {"sha256", "size"} of a value's file, unless the file is a picture or video that had to be
/// encoded.
void check_media(const World& world, const Value& value, const Json& recorded) {
    const auto& media = dynamic_cast<const Media&>(value);
    const bool is_picture =
        value.type() == "image-file" || value.type() == "mask" || value.type() == "video-file";
    const bool encoded = is_picture && recorded.at("is_tmp") == true &&
                         !world.substitutions.is_input(recorded.at("sha256").get<std::string>());
    if (!encoded) {
        CHECK(media.sha256().hex() == recorded.at("sha256").get<std::string>());
        CHECK(media.size() == recorded.at("size").get<std::uint64_t>());
    }
    CHECK(media.file_is_set());
}

void check_source(const World& world, const Value& value, const Json& recorded) {
    REQUIRE(value.artifact_source().has_value());
    const auto& source = *value.artifact_source();
    const Json& name = recorded.at("name");
    CHECK(source.name == (name.is_null() ? std::string() : name.get<std::string>()));
    // The SDK's stand-in server always assigns v0; here a case may commit several versions.
    const auto expected = recorded.at("artifact").get<std::string>();
    const auto found =
        std::any_of(world.artifacts.begin(), world.artifacts.end(), [&](const auto& item) {
            const auto& saved = item.second.saved;
            return saved && saved->name() == source.artifact->name() &&
                   saved->base_name() + ":v0" == expected;
        });
    CHECK(found);
}

} // namespace

void step_value(World& world, const Json& step) {
    const ValueKind& kind = kind_of(step.at("class"));
    ValuePointer value;
    if (!succeeds(step, [&] { value = kind.make(world, step); })) {
        return;
    }
    world.values[step.at("id").get<std::string>()] = value;
    if (step.contains("media")) {
        check_media(world, *value, step.at("media"));
    }
    if (kind.check_made != nullptr) {
        kind.check_made(world, step, *value);
    }
}

void check_value(World& world, const Value& value, const Json& recorded) {
    ++world.report.values_restored;
    const ValueKind& kind = kind_of(recorded.at("$obj"));
    check_source(world, value, recorded.at("artifact_source"));
    if (recorded.contains("sha256")) {
        const auto& media = dynamic_cast<const Media&>(value);
        const auto theirs = recorded.at("sha256").get<std::string>();
        CHECK(media.sha256().hex() == world.substitutions.digest(theirs));
        CHECK(media.size() == recorded.at("size").get<std::uint64_t>());
    }
    if (kind.check_restored != nullptr) {
        kind.check_restored(world, recorded, value);
    }
}

void step_get(World& world, const Json& step) {
    const Json& recorded = step.at("result");
    const auto& artifact = world.saved(step.at("artifact"));
    const auto name = step.at("name").get<std::string>();
    if (recorded.is_object()) {
        kind_of(recorded.at("$obj"));
    }
    ValuePointer value;
    if (!succeeds(step, [&] { value = artifact.get(name); })) {
        return;
    }
    CHECK((value == nullptr) == recorded.is_null());
    if (value == nullptr || recorded.is_null()) {
        return;
    }
    check_value(world, *value, recorded);
    world.values[step.at("id").get<std::string>()] = value;
}

void step_equal(World& world, const Json& step) {
    const bool equal = *world.value(step.at("a")) == *world.value(step.at("b"));
    CHECK(equal == step.at("result").get<bool>());
}

void step_rewrite_input(World& world, const Json& step) {
    std::filesystem::copy_file(world.golden.input / step.at("with").get<std::string>(),
                               world.golden.input / step.at("file").get<std::string>(),
                               std::filesystem::copy_options::overwrite_existing);
}

void step_note(World&, const Json&) {}

} // namespace vitrine::golden
