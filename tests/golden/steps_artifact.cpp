// SPDX-License-Identifier: MIT
// Steps that fill, save and read artifacts.
#include "golden/deviations.hpp"
#include "golden/world.hpp"

namespace vitrine::golden {

namespace {

std::string text_or_empty(const Json& json) {
    return json.is_null() ? std::string() : json.get<std::string>();
}

/// Compares an entry with {"path", "digest", "size", "ref"}; an absent size is null or left out.
void check_entry(const World& world, const Entry& entry, const Json& recorded) {
    CHECK(entry.path.str() == recorded.at("path").get<std::string>());
    CHECK(entry.digest == world.substitutions.digest(recorded.at("digest").get<std::string>()));
    const Json size = recorded.value("size", Json(nullptr));
    CHECK(entry.size.has_value() == !size.is_null());
    if (entry.size && !size.is_null()) {
        CHECK(*entry.size == size.get<std::uint64_t>());
    }
    CHECK(entry.ref == (recorded.contains("ref")
                            ? std::optional(recorded.at("ref").get<std::string>())
                            : std::nullopt));
    if (recorded.contains("extra")) {
        CHECK(render_json(entry.extra) == render_json(recorded.at("extra")));
    }
}

std::string absolute_uri(const World& world, const Json& uri) {
    return is_tag(uri, "$abs")
               ? "file://" + (world.golden.input / uri.at("$abs").get<std::string>()).native()
               : uri.get<std::string>();
}

/// If the SDK could not log the artifact, saving it is a deviation.
void check_logged(World& world, const std::string& name) {
    if (world.golden.artifact(name).contains("log_artifact_error")) {
        const std::string where = "log " + name;
        const auto* deviation = find_deviation(world.golden.name, where);
        REQUIRE(deviation != nullptr);
        REQUIRE(deviation->kind == Deviation::Kind::Accepted);
        world.report.deviations.push_back(
            {world.golden.name + ", " + where, std::string(deviation->vitrine)});
    }
}

} // namespace

void step_artifact(World& world, const Json& step) {
    const auto name = step.at("name").get<std::string>();
    auto& made = world.artifacts[step.at("artifact").get<std::string>()];
    succeeds(step, [&] {
        made.draft.emplace(world.store().new_artifact(name, step.at("type").get<std::string>()));
    });
}

void step_add(World& world, const Json& step) {
    auto& artifact = world.artifact(step.at("artifact"));
    const auto id = step.at("value").get<std::string>();
    if (id == "not an object") {
        throw NotExpressible{"adding what is no Value"};
    }
    const auto value = world.value(step.at("value"));
    std::optional<Entry> entry;
    if (!succeeds(step, [&] {
            entry.emplace(
                world.draft(step.at("artifact")).add(*value, step.at("name").get<std::string>()));
        })) {
        return;
    }
    const Json& recorded = step.at("entry");
    CHECK(entry->path.str() == recorded.at("path").get<std::string>());
    if (step.contains("to_json")) {
        CHECK_FALSE(entry->ref.has_value());
        artifact.added.push_back({step, world.step_deviates, value});
    } else {
        check_entry(world, *entry, recorded);
    }
}

void step_add_file(World& world, const Json& step) {
    auto& draft = world.draft(step.at("artifact"));
    const AddFileOptions options{.is_tmp = argument(step, 2, "is_tmp") == true};
    std::optional<Entry> entry;
    if (succeeds(step, [&] {
            entry.emplace(draft.add_file(argument(step, 0, "local_path").get<std::string>(),
                                         text_or_empty(argument(step, 1, "name")), options));
        })) {
        check_entry(world, *entry, step.at("entry"));
    }
}

void step_add_dir(World& world, const Json& step) {
    auto& draft = world.draft(step.at("artifact"));
    succeeds(step, [&] {
        draft.add_dir(argument(step, 0, "local_path").get<std::string>(),
                      text_or_empty(argument(step, 1, "name")));
    });
}

void step_add_reference(World& world, const Json& step) {
    auto& draft = world.draft(step.at("artifact"));
    world.referring_artifact = step.at("artifact").get<std::string>();
    const Json uri = argument(step, 0, "uri");
    const std::string name = text_or_empty(argument(step, 1, "name"));
    AddReferenceOptions options;
    options.checksum = argument(step, 2, "checksum") != false;
    if (const Json limit = argument(step, 3, "max_objects"); !limit.is_null()) {
        options.max_objects = limit.get<std::uint64_t>();
    }
    std::vector<Entry> entries;
    const bool added = succeeds(step, [&] {
        if (is_tag(uri, "$path")) {
            const Json& place = uri.at("$path");
            const auto path = world.saved(place.at(0)).get_path(place.at(1).get<std::string>());
            entries = {draft.add_reference(path, name)};
        } else {
            entries = draft.add_reference(absolute_uri(world, uri), name, options);
        }
    });
    if (!added) {
        return;
    }
    const Json& recorded = step.at("entries");
    REQUIRE(entries.size() == recorded.size());
    for (std::size_t index = 0; index < entries.size(); ++index) {
        check_entry(world, entries[index], recorded.at(index));
    }
}

void step_new_file(World& world, const Json& step) {
    auto& draft = world.draft(step.at("artifact"));
    const std::string bytes = step.contains("bytes_hex")
                                  ? parse_hex(step.at("bytes_hex").get<std::string>())
                                  : step.at("text").get<std::string>();
    succeeds(step, [&] {
        draft.new_file(step.at("name").get<std::string>(),
                       [&](std::ostream& stream) { stream << bytes; });
    });
}

void step_finalize(World& world, const Json& step) {
    const auto name = step.at("artifact").get<std::string>();
    auto& artifact = world.artifact(step.at("artifact"));
    const std::string before = artifact.draft->digest();
    CommitOptions options;
    if (const Json& record = world.golden.artifact(name); record.contains("emulated_id")) {
        options.id = parse_base64(record.at("emulated_id").get<std::string>());
    }
    artifact.saved.emplace(world.store().commit(std::move(*artifact.draft), options));
    artifact.draft.reset();
    CHECK(artifact.saved->digest() == before);
    check_logged(world, name);
    if (!options.id.empty()) {
        CHECK(artifact.saved->id() == options.id);
    }
    check_artifact(world, name, step);
}

void step_get_path(World& world, const Json& step) {
    const auto& artifact = world.saved(step.at("artifact"));
    const auto name = step.at("name").get<std::string>();
    // A step that cannot be expressed would have added entries, so the result cannot be compared.
    if (world.left_out.contains(name) && !world.named.contains(name)) {
        throw NotExpressible{"an entry that only such steps add"};
    }
    std::optional<ArtifactPath> path;
    if (succeeds(step, [&] { path.emplace(artifact.get_path(name)); })) {
        CHECK(path->ref_url() == step.at("ref_url").get<std::string>());
        CHECK(path->entry().digest == step.at("digest").get<std::string>());
    }
}

} // namespace vitrine::golden
