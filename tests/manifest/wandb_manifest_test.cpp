// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "core/file_system.hpp"
#include "manifest/entries.hpp"
#include "support/check_throws.hpp"
#include "support/paths.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

using test::check_throws;
using test::collect;
using test::make_entry;

TEST_CASE("a manifest is written in W&B's bytes") {
    Entry full{.path = EntryPath("b/\xc3\xa9")};
    full.digest = "etag";
    full.birth_id = "QXJ0aWZhY3Q6MQ==";
    full.ref = "s3://bucket/b";
    full.extra = {{"versionID", "3"}, {"etag", "\"etag\""}};
    full.size = 0;
    full.object = sha256_of(std::string_view("x"));
    full.value_type = "table";
    Entry small{.path = EntryPath("a")};
    small.digest = "1B2M2Y8AsgTpgAmY7PhCfg==";
    small.extra = Json::object();
    const Manifest manifest({full, small});
    CHECK(render_json(manifest_to_json(manifest), kOrderedJson) ==
          R"({"version": 1, "storagePolicy": "wandb-storage-policy-v1", )"
          R"("storagePolicyConfig": {"storageLayout": "V2"}, "contents": )"
          R"({"a": {"digest": "1B2M2Y8AsgTpgAmY7PhCfg=="}, )"
          R"("b/\u00e9": {"digest": "etag", "birthArtifactID": "QXJ0aWZhY3Q6MQ==", )"
          R"("ref": "s3://bucket/b", "extra": {"versionID": "3", "etag": "\"etag\""}, )"
          R"("size": 0}}})");
    CHECK(render_json(manifest_to_json(Manifest(), StorageLayout::V1), kManifestJson) ==
          "{\n    \"version\": 1,\n    \"storagePolicy\": \"wandb-storage-policy-v1\",\n"
          "    \"storagePolicyConfig\": {\n        \"storageLayout\": \"V1\"\n    },\n"
          "    \"contents\": {}\n}");
}

TEST_CASE("a manifest reads back from its JSON, but for what W&B does not know") {
    std::vector<Entry> entries;
    for (unsigned i = 0; i < 200; ++i) {
        entries.push_back(make_entry("d/" + std::to_string(i), i));
    }
    std::vector<Entry> known = entries;
    for (Entry& entry : known) {
        entry.object.reset();
        entry.object_size = 0;
        entry.value_type.reset();
    }
    const std::string text = render_json(manifest_to_json(Manifest(entries)), kManifestJson);
    const Manifest back = manifest_from_json(parse_json(text));
    CHECK(collect(back.entries()) == collect(Manifest(known).entries()));
    CHECK(render_json(manifest_to_json(back), kManifestJson) == text);
}

TEST_CASE("null members of an entry are none, as in Python") {
    const Manifest manifest = manifest_from_json(parse_json(R"({"version": 1,
        "storagePolicy": "wandb-storage-policy-v1", "contents": {"a": {"digest": "d",
        "birthArtifactID": null, "ref": null, "extra": null, "size": null, "local_path": "x"}}})"));
    Entry expected{.path = EntryPath("a")};
    expected.digest = "d";
    CHECK(manifest.find("a") == expected);
}

TEST_CASE("what is not a W&B manifest is refused with its place") {
    struct Case {
        std::string_view find;
        std::string_view replace;
        std::string_view message;
    };
    const std::string text = R"({"version": 1, "storagePolicy": "wandb-storage-policy-v1", )"
                             R"("storagePolicyConfig": {}, "contents": )"
                             R"({"a/b": {"digest": "d", "ref": "r", "extra": {}, "size": 5}}})";
    REQUIRE(manifest_from_json(parse_json(text)).size() == 1);
    const Case cases[] = {
        {text, "[]", "invalid W&B manifest at '': expected an object, got array"},
        {"\"version\": 1, ", "", "at '': expected a member 'version', got none"},
        {"\"version\": 1", "\"version\": 2", "at '/version': expected version 1, got 2"},
        {"\"version\": 1", "\"version\": \"1\"",
         "at '/version': expected the integer 1, got string"},
        {"\"version\": 1", "\"version\": true", "expected the integer 1, got boolean"},
        {"\"version\": 1", "\"version\": 1.0", "expected the integer 1, got number"},
        {"policy-v1", "policy-v9", "expected 'wandb-storage-policy-v1', got"},
        {"\"storagePolicyConfig\": {}", "\"storagePolicyConfig\": 1", "at '/storagePolicyConfig'"},
        {"\"contents\"", "\"content\"", "expected a member 'contents', got none"},
        {"{\"digest\": \"d\"", "{\"digest\": 5", "at '/contents/a~1b/digest': expected a string"},
        {"\"digest\": \"d\", ", "", "at '/contents/a~1b': expected a member 'digest', got none"},
        {"\"digest\": \"d\"", "\"digest\": \"\\ud800\"", "got a lone surrogate"},
        {"\"ref\": \"r\"", "\"ref\": []", "at '/contents/a~1b/ref': expected a string, got array"},
        {"\"ref\": \"r\"", "\"birthArtifactID\": 3", "at '/contents/a~1b/birthArtifactID'"},
        {"\"extra\": {}", "\"extra\": []", "at '/contents/a~1b/extra': expected an object"},
        {"\"size\": 5", "\"size\": -1", "at '/contents/a~1b/size': expected a size from 0 to "},
        {"\"size\": 5", "\"size\": 5.0", "expected a size in bytes, got number"},
        {"\"size\": 5", "\"size\": \"5\"", "expected a size in bytes, got string"},
        {"\"size\": 5", "\"size\": true", "expected a size in bytes, got boolean"},
        {"\"size\": 5", "\"size\": 9223372036854775808", "got '9223372036854775808'"},
        {"\"size\": 5", "\"size\": 99999999999999999999", "got '99999999999999999999'"},
        {"\"size\": 5", "\"size\": -99999999999999999999", "got '-99999999999999999999'"},
        {"\"a/b\": {", "\"a/b\": 5, \"x\": {", "at '/contents/a~1b': expected an object"},
        {"a/b", "../x", "entry path '../x' is not allowed: it has a component '..'"},
        {"a/b", "/etc/x", "at '/contents/~1etc~1x': entry path '/etc/x' is not allowed: it is abs"},
        {"a/b", "", "at '/contents/': entry path '' is not allowed: it is empty"},
        {"a/b", "a\\u0000b", "it contains NUL"},
        {"a/b", "\\ud800", "it is not UTF-8"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        std::string changed = text;
        const std::size_t at = changed.find(c.find);
        REQUIRE(at != std::string::npos);
        changed.replace(at, c.find.size(), c.replace);
        check_throws([&] { manifest_from_json(parse_json(changed)); }, ErrorCode::InvalidFormat,
                     c.message);
    }
}

namespace {

std::filesystem::path golden_dir() {
    return test::test_data_dir() / "golden";
}

bool names_unsafe_path(const Json& manifest) {
    for (const auto& [path, entry] : manifest.at("contents").items()) {
        try {
            const EntryPath safe{path};
        } catch (const Error&) {
            return true;
        }
    }
    return false;
}

StorageLayout layout_of(const Json& manifest) {
    return manifest.at("storagePolicyConfig").at("storageLayout") == "V1" ? StorageLayout::V1
                                                                          : StorageLayout::V2;
}

/// Reads a golden manifest and writes it again. Its digest, or nothing where it was refused.
std::optional<std::string> check_golden_manifest(const std::filesystem::path& path,
                                                 const JsonStyle& style) {
    CAPTURE(path.string());
    const std::string text = read_file(path);
    const Json json = parse_json(text);
    if (names_unsafe_path(json)) {
        check_throws([&] { manifest_from_json(json); }, ErrorCode::InvalidFormat,
                     "is not allowed: it ");
        return std::nullopt;
    }
    const Manifest manifest = manifest_from_json(json);
    CHECK(manifest.size() == json.at("contents").size());
    CHECK(render_json(manifest_to_json(manifest, layout_of(json)), style) == text);
    return manifest.digest();
}

} // namespace

TEST_CASE("every manifest that the SDK wrote is read, digested and written in the same bytes") {
    if (!std::filesystem::is_directory(golden_dir())) {
        test::skip("needs the golden data");
        return;
    }
    int manifests = 0;
    std::set<std::string> refused;
    for (const auto& folder : std::filesystem::directory_iterator(golden_dir())) {
        if (!std::filesystem::exists(folder.path() / "case.json")) {
            continue;
        }
        const Json golden = parse_json(read_file(folder.path() / "case.json"));
        for (const Json& artifact : golden.value("artifacts", Json::array())) {
            const auto file = [&](const char* key) {
                return folder.path() / artifact.at(key).get<std::string>();
            };
            const auto digest = check_golden_manifest(file("manifest_file"), kOrderedJson);
            CHECK((!digest || *digest == artifact.at("digest")));
            ++manifests;
            if (!digest) {
                refused.insert(folder.path().filename());
            }
            if (artifact.contains("saved_manifest_file")) {
                const auto saved =
                    check_golden_manifest(file("saved_manifest_file"), kManifestJson);
                CHECK(saved == digest);
                ++manifests;
            }
        }
    }
    CHECK(manifests > 0);
    // The cases that have names with '..' or '/' in front.
    const std::set<std::string> unsafe = {"files_absolute_names", "files_names_and_errors"};
    CHECK(std::ranges::includes(unsafe, refused));
}

} // namespace vitrine
