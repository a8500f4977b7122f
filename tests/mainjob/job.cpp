// SPDX-License-Identifier: MIT
#include "mainjob/job.hpp"

#include <vitrine/artifact/artifact_builder.hpp>

#include "core/file_system.hpp"
#include "support/command.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <set>
#include <span>
#include <utility>

namespace fs = std::filesystem;

namespace vitrine::test {

namespace {

/// The objects that entries of these values need: their JSON, pictures, masks and classes.
struct Needs {
    std::set<Sha256> objects;
    std::uint64_t bytes = 0;
};

void need(Needs& needs, const Artifact& artifact, const std::string& path) {
    const Entry entry = artifact.get_path(path).entry();
    REQUIRE(entry.object);
    if (needs.objects.insert(*entry.object).second) {
        needs.bytes += entry.object_size;
    }
}

Needs needs_of(const Artifact& artifact, const Dataset& dataset) {
    Needs needs;
    for (const auto& [name, expected] : dataset) {
        const auto image = artifact.get<Image>(name);
        REQUIRE(image);
        need(needs, artifact, name);
        need(needs, artifact, image->file().path());
        for (const auto& [group, mask] : image->masks()) {
            need(needs, artifact, mask.file().path());
        }
    }
    for (const auto& path : artifact.value_paths(Classes::artifact_type)) {
        need(needs, artifact, path);
    }
    return needs;
}

/// Makes `name`-third of every third image of `name`:v0.
void add_every_third(const Store& store, const std::string& name, const Dataset& third) {
    const Artifact first = store.artifact(name + ":v0");
    ArtifactBuilder draft = store.new_artifact(name + "-third", "dataset");
    for (const auto& [value_name, expected] : third) {
        const auto image = first.get<Image>(value_name);
        REQUIRE(image);
        draft.add(*image, "picked/" + value_name);
    }
    const Artifact second = store.commit(std::move(draft));
    CHECK(second.name() == name + "-third:v0");
    CHECK(second.manifest().size() == third.size());
    const std::string prefix = "wandb-artifact://" + render_hex(first.id()) + "/";
    for (const Entry& entry : second.entries()) {
        CAPTURE(entry.path.str());
        REQUIRE(entry.ref);
        CHECK(entry.ref->starts_with(prefix));
    }
}

/// The same values under the names of the second artifact, whose entries refer to the first.
Dataset picked(const Dataset& third) {
    Dataset dataset;
    for (const auto& [name, expected] : third) {
        Expected& again = dataset["picked/" + name] = expected;
        again.source_name = Image::with_suffix(name);
    }
    return dataset;
}

} // namespace

PixelsDigest digest_of(const Pixels& pixels) {
    return {pixels.width, pixels.height, std::string(to_string(pixels.mode)),
            sha256_of(std::as_bytes(std::span(pixels.bytes)))};
}

Expected expected_of(const Image& image) {
    Expected expected;
    expected.pixels = digest_of(image.pixels());
    expected.caption = image.caption();
    expected.class_set = image.classes() ? image.classes()->class_set() : Json();
    for (const auto& [group, boxes] : image.boxes()) {
        expected.boxes[group] = boxes.box_data();
    }
    for (const auto& [group, mask] : image.masks()) {
        expected.masks[group] = digest_of(mask.pixels());
        expected.mask_labels[group] = mask.class_labels();
    }
    return expected;
}

void check_restored(const Artifact& artifact, const Dataset& dataset, const std::string& source) {
    REQUIRE_FALSE(dataset.empty());
    for (const auto& item : dataset) {
        const std::string& name = item.first;
        const Expected& expected = item.second;
        CAPTURE(name);
        const auto image = artifact.get<Image>(name);
        REQUIRE(image);
        const Expected restored = expected_of(*image);
        CHECK(restored.pixels == expected.pixels);
        CHECK(restored.caption == expected.caption);
        CHECK(render_json(restored.class_set) == render_json(expected.class_set));
        CHECK(restored.masks == expected.masks);
        CHECK(restored.mask_labels.size() == expected.mask_labels.size());
        for (const auto& [group, labels] : expected.mask_labels) {
            CHECK(render_json(restored.mask_labels.at(group)) == render_json(labels));
        }
        CHECK(restored.boxes.size() == expected.boxes.size());
        for (const auto& [group, boxes] : expected.boxes) {
            REQUIRE(restored.boxes.contains(group));
            CHECK(render_json(restored.boxes.at(group)) == render_json(boxes));
        }
        REQUIRE(image->artifact_source());
        CHECK(image->artifact_source()->artifact->name() == source);
        CHECK(image->artifact_source()->name == expected.source_name);
    }
}

Dataset every_third(const Dataset& dataset) {
    Dataset third;
    std::size_t index = 0;
    for (const auto& [name, expected] : dataset) {
        if (index++ % 3 == 0) {
            third.emplace(name, expected);
        }
    }
    return third;
}

void run_split_job(const fs::path& store_path, const std::string& name, const Dataset& dataset) {
    const Store store = Store::open(store_path);
    const Dataset third = every_third(dataset);
    std::optional<Needs> needs;
    {
        const Artifact first = store.artifact(name + ":v0");
        needs = needs_of(first, third);
    }
    const StoreStats before = store.stats();
    add_every_third(store, name, third);
    const StoreStats after = store.stats();
    // References point to the JSON of the first artifact, so no object is new.
    CHECK(after.objects == before.objects);
    CHECK(after.object_bytes == before.object_bytes);
    CHECK(after.versions == before.versions + 1);

    const Dataset second_dataset = picked(third);
    const std::string second = name + "-third:v0";
    check_restored(store.artifact(second), second_dataset, name + ":v0");

    vitrine_ok({"--store", store_path.string(), "rm", name + ":v0"});
    const Json freed = vitrine_ok({"--store", store_path.string(), "gc", "--json"}).json();
    CHECK(freed["freed_files"].get<std::uint64_t>() > 0);
    CHECK(freed["freed_bytes"].get<std::uint64_t>() >= before.object_bytes - needs->bytes);
    CHECK(freed["waiting_files"] == 0);
    const StoreStats left = store.stats();
    CHECK(left.objects == needs->objects.size());
    CHECK(left.object_bytes == needs->bytes);
    // There are no other files: two thirds of each pack were garbage, so the packs were rewritten.
    // In a pack each object takes 48 bytes of the index; the pack itself takes 63 bytes more.
    CHECK(left.stored_bytes <=
          left.object_bytes + left.manifest_bytes + 48 * left.objects + 2 * 63);

    check_restored(store.artifact(second), second_dataset, name + ":v0");
    CHECK(store.verify().ok());

    const TemporaryDirectory elsewhere;
    const fs::path folder = elsewhere.path() / "self contained";
    vitrine_ok(
        {"--store", store_path.string(), "checkout", second, folder.string(), "--self-contained"});
    check_restored(Artifact::open_directory(folder), second_dataset, name + ":v0");
    CHECK(vitrine_ok({"verify", folder.string()}).out.find("all is well") != std::string::npos);
}

} // namespace vitrine::test
