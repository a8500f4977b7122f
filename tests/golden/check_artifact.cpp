// SPDX-License-Identifier: MIT
// Compares a saved artifact with the SDK's: the JSON of its values, manifest, digest, files.
#include "golden/deviations.hpp"
#include "golden/scripted_sink.hpp"
#include "golden/world.hpp"

namespace vitrine::golden {

namespace {

/// An artifact beside what the SDK wrote, while they are compared.
class Comparison {
public:
    Comparison(World& world, const std::string& name)
        : world_(world), artifact_(*world.artifacts.at(name).saved), name_(name),
          folder_(world.golden.folder(name)), record_(world.golden.artifact(name)) {}

    void values();
    void manifest(const Json& finalize);
    void files();

private:
    struct Text {
        std::string bytes;
        Digests digests;
    };

    std::optional<std::string> their_file(const std::string& path) const;
    std::optional<std::string> our_file(const std::string& path) const;
    Json expected_contents();
    void put_content(Json& contents, const std::string& path, Json item);
    void check_file(const std::string& golden_path, const std::filesystem::path& ours);

    World& world_;
    const Artifact& artifact_;
    std::string name_;
    std::filesystem::path folder_;
    const Json& record_;
    std::map<std::string, Text> changed_; ///< JSON of values that cannot be the SDK's bytes
    bool exact_ = true;                   ///< everything is equal to what the SDK wrote
};

std::optional<std::string> Comparison::their_file(const std::string& path) const {
    return try_read_file(folder_ / "artifact" / path);
}

std::optional<std::string> Comparison::our_file(const std::string& path) const {
    const auto entry = artifact_.manifest().find(path);
    return entry ? std::optional(artifact_.get_path(path).read()) : std::nullopt;
}

void Comparison::values() {
    for (const auto& [step, deviates, value] : world_.artifacts.at(name_).added) {
        const Json& recorded = step.at("to_json");
        const auto path = step.at("entry").at("path").get<std::string>();
        INFO("the value ", path);
        const std::string ours = artifact_.get_path(path).read();
        const Json golden = plain(recorded);
        world_.substitutions.learn(
            golden, parse_json(ours), [&](const std::string& file) { return their_file(file); },
            [&](const std::string& file) { return our_file(file); });
        const Json expected = world_.substitutions.apply(golden);
        // The SDK's file shows its order: keys that are numbers are sorted by value.
        const auto theirs = expected == golden && !deviates ? their_file(path) : std::nullopt;
        const std::string text = theirs ? *theirs : render_json(expected);
        CHECK(ours == text);
        world_.report.bytes_compared += text.size();
        ScriptedSink sink(expected);
        const Json written = value->to_json(sink);
        if (deviates) { // a patch does not determine the position of new members
            CHECK(render_json(written) == text);
        } else {
            check_same(written, expected, "in insertion order");
        }
        const Digests digests = digests_of(text);
        if (deviates || expected != golden) {
            changed_[path] = {text, digests};
            if (!deviates) {
                world_.substitutions.replace_digest(
                    step.at("entry").at("digest").get<std::string>(), digests.md5);
            }
        } else {
            CHECK(digests.md5.base64() == step.at("entry").at("digest").get<std::string>());
            CHECK(digests.size == step.at("entry").at("size").get<std::uint64_t>());
        }
    }
}

void Comparison::put_content(Json& contents, const std::string& path, Json item) {
    if (world_.left_out.contains(path) && !world_.named.contains(path)) {
        exact_ = false;
        return;
    }
    std::string our_path = world_.substitutions.text(path);
    exact_ = exact_ && our_path == path;
    if (const auto* file = world_.substitutions.find(path)) {
        exact_ = false;
        our_path = file->path;
        item["digest"] = file->digests.md5.base64();
        if (item.contains("ref")) {
            // It refers to a file of the same name in another artifact.
            auto ref = item.at("ref").get<std::string>();
            REQUIRE(ref.ends_with(path));
            item["ref"] = ref.replace(ref.size() - path.size(), path.size(), our_path);
        } else {
            item["size"] = file->digests.size;
        }
    }
    if (const auto text = changed_.find(path); text != changed_.end()) {
        exact_ = false;
        item["digest"] = text->second.digests.md5.base64();
        item["size"] = text->second.digests.size;
    }
    // A reference to such a file in another artifact.
    const auto digest = item.at("digest").get<std::string>();
    if (const auto ours = world_.substitutions.digest(digest); ours != digest) {
        exact_ = false;
        item["digest"] = ours;
    }
    // In the SDK's order, which a patch may have changed.
    Json ordered = Json::object();
    for (const char* key : {"digest", "birthArtifactID", "ref", "extra", "size"}) {
        if (item.contains(key)) {
            ordered[key] = item.at(key);
        }
    }
    contents[our_path] = std::move(ordered);
}

Json Comparison::expected_contents() {
    Json manifest = parse_json(
        world_.golden.text(world_.golden.data / record_.at("manifest_file").get<std::string>()));
    const std::string where = "manifest " + name_;
    if (const auto* deviation = find_deviation(world_.golden.name, where)) {
        exact_ = false;
        manifest = deviated(manifest, *deviation);
        world_.report.deviations.push_back(
            {world_.golden.name + ", " + where, std::string(deviation->vitrine)});
    }
    Json unsorted = Json::object();
    for (const auto& [path, item] : manifest.at("contents").items()) {
        put_content(unsorted, path, item);
    }
    std::map<std::string, Json> sorted;
    for (const auto& [path, item] : unsorted.items()) {
        sorted[path] = item;
    }
    manifest["contents"] = Json::object();
    for (const auto& [path, item] : sorted) {
        manifest["contents"][path] = item;
    }
    return manifest;
}

/// The SDK's artifact digest, computed independently from its definition.
std::string digest_of(const Json& contents) {
    Hasher hasher(Hash::Md5);
    hasher.update("wandb-artifact-manifest-v1\n");
    for (const auto& [path, item] : contents.items()) {
        hasher.update(path + ":" + item.at("digest").get<std::string>() + "\n");
    }
    return hasher.finish().md5.hex();
}

void Comparison::manifest(const Json& finalize) {
    const Json expected = expected_contents();
    const bool first_layout =
        expected.at("storagePolicyConfig").at("storageLayout").get<std::string>() == "V1";
    const Json ours = manifest_to_json(artifact_.manifest(),
                                       first_layout ? StorageLayout::V1 : StorageLayout::V2);
    const std::string text = render_json(ours, kOrderedJson);
    CHECK(text == render_json(expected, kOrderedJson));
    CHECK(artifact_.digest() == digest_of(expected.at("contents")));
    if (exact_) {
        const auto file = record_.at("manifest_file").get<std::string>();
        CHECK(text == world_.golden.text(world_.golden.data / file));
        // A digest that includes the folder in which the case was made differs in this folder.
        const bool moved = text.find(world_.golden.input.native()) != std::string::npos;
        CHECK((moved || artifact_.digest() == finalize.at("digest").get<std::string>()));
    }
    world_.report.bytes_compared += text.size();
    ++world_.report.artifacts_written;
}

void Comparison::check_file(const std::string& golden_path, const std::filesystem::path& ours) {
    INFO("the file ", golden_path);
    const auto theirs = read_file(folder_ / "artifact" / golden_path);
    if (const auto* file = world_.substitutions.find(golden_path)) {
        // Its pixels were compared when the substitution was recorded.
        CHECK(sha256_of_file(ours / file->path) == file->digests.sha256);
        ++world_.report.pictures_compared;
        return;
    }
    const std::string bytes = read_file(ours / world_.substitutions.text(golden_path));
    const std::string digest = digests_of(theirs).md5.base64();
    if (const auto text = changed_.find(golden_path); text != changed_.end()) {
        CHECK(bytes == text->second.bytes);
    } else if (world_.substitutions.digest(digest) != digest) {
        // Its text was compared where it was written.
        CHECK(digests_of(bytes).md5.base64() == world_.substitutions.digest(digest));
    } else {
        CHECK(bytes == theirs);
    }
    world_.report.bytes_compared += theirs.size();
}

void Comparison::files() {
    // The SDK cannot download an artifact with entries of unknown size.
    if (record_.value("download", "") != "ok") {
        return;
    }
    const TemporaryDirectory checkout;
    artifact_.checkout(checkout.path());
    std::set<std::string> places;
    for (const auto& entry : artifact_.entries()) {
        places.insert(entry.path.disk_path());
    }
    std::set<std::string> expected;
    for (const auto& path : files_below(folder_ / "artifact")) {
        const auto* file = world_.substitutions.find(path);
        const std::string our_path = file != nullptr ? file->path : world_.substitutions.text(path);
        // The comparison of the manifests has covered what vitrine does not write.
        if (places.contains(our_path)) {
            expected.insert(our_path);
            check_file(path, checkout.path());
        } else {
            CHECK_MESSAGE(!exact_, "not in the manifest: ", path);
        }
    }
    for (const auto& path : files_below(checkout.path())) {
        CHECK_MESSAGE((!exact_ || expected.contains(path)), "more than the SDK has: ", path);
    }
}

} // namespace

void check_artifact(World& world, const std::string& name, const Json& finalize) {
    INFO("artifact ", name);
    Comparison comparison(world, name);
    comparison.values();
    comparison.manifest(finalize);
    comparison.files();
}

} // namespace vitrine::golden
