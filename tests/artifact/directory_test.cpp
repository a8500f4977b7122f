// SPDX-License-Identifier: MIT
// Folders opened as artifacts: those that W&B wrote, plain ones, and hostile ones.
#include <vitrine/artifact/artifact.hpp>
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/value/opaque_value.hpp>

#include "support/check_throws.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::check_throws;
using test::write_text;

const std::string kHello = "XUFAKrxLKna5cZ2REBfFkg=="; // MD5 of "hello"

std::string manifest_text(const std::string& contents) {
    return R"({"version": 1, "storagePolicy": "wandb-storage-policy-v1",
               "storagePolicyConfig": {"storageLayout": "V2"}, "contents": {)" +
           contents + "}}";
}

TEST_CASE("a folder without a manifest has an entry for each file") {
    const test::WorkingFolder folder;
    write_text("data/b/x.txt", "hello");
    write_text("data/a.txt", "");
    fs::create_directory("data/empty");
    write_text("secret", "outside");
    fs::create_symlink("../secret", "data/link");

    const Artifact artifact = Artifact::open_directory("data");
    CHECK(artifact.name() == "data");
    CHECK(artifact.base_name() == "data");
    CHECK_FALSE(artifact.version());
    CHECK(artifact.id().empty());
    CHECK(artifact.manifest().size() == 2);
    CHECK(artifact.manifest().find("b/x.txt")->digest == kHello);
    CHECK(artifact.get_path("b/x.txt").read() == "hello");
    CHECK(artifact.get("b/x.txt") == nullptr);
    CHECK(artifact.verify().ok());

    check_throws([&] { artifact.get_path("a.txt").ref_url(); }, ErrorCode::Unsupported);
    check_throws([&] { artifact.new_draft(); }, ErrorCode::Unsupported);
}

TEST_CASE("a folder with a manifest has the entries that it names") {
    const test::WorkingFolder folder;
    write_text("w/wandb_manifest.json",
               manifest_text(R"("a.txt": {"digest": ")" + kHello + R"(", "size": 5},
                   "gone.txt": {"digest": "x", "size": 1},
                   "odd.thing.json": {"digest": "8Qtf9ZnpnOtzKoeTT0P4xg==", "size": 3})"));
    write_text("w/a.txt", "hello");
    write_text("w/not named", "?");
    const Artifact artifact = Artifact::open_directory("w");
    CHECK(artifact.manifest().size() == 3);
    CHECK(artifact.get_path("a.txt").read() == "hello");

    check_throws([&] { artifact.get_path("gone.txt").read(); }, ErrorCode::NotFound,
                 "'gone.txt' in 'w' is missing");

    write_text("w/a.txt", "hallo");
    check_throws([&] { artifact.get_path("a.txt").read(); }, ErrorCode::Corruption, kHello);

    const VerifyReport report = artifact.verify();
    CHECK(report.damages.size() == 3);
}

TEST_CASE("hostile folders are refused by name") {
    struct Case {
        std::string contents;
        std::string message;
    };
    const std::string file = R"({"digest": "XUFAKrxLKna5cZ2REBfFkg==", "size": 5})";
    const std::string other = R"({"digest": "uKn3Fdu2T9XFbneDxoIKYQ==", "size": 3})";
    const Case cases[] = {
        {R"("../x": )" + file, "has a component '..'"},
        {R"("/etc/x": )" + file, "is absolute"},
        {R"("a\u0000b": )" + file, "contains NUL"},
        {R"("": )" + file, "is empty"},
        {R"("a": )" + file + R"(, "./a": )" + other, "different files with one disk path, 'a'"},
        {R"("a": )" + file + R"(, "a/b": )" + other, "needs a folder where 'a' is a file"},
        {R"("a": 3)", "expected an object, got number"},
        {R"("a": {"digest": 3})", "expected a string, got number"},
        {R"("a": {"digest": "x", "size": -1})", "expected a size from 0"},
        {R"("a": {"size": 1})", "expected a member 'digest'"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.contents);
        const test::WorkingFolder folder;
        write_text("w/wandb_manifest.json", manifest_text(expected.contents));
        const std::string error = check_throws([] { Artifact::open_directory("w"); },
                                               ErrorCode::InvalidFormat, expected.message);
        CHECK(error.find("wandb_manifest.json") != std::string::npos);
    }
}

TEST_CASE("a folder that is none, or whose manifest is none, is an error") {
    const test::WorkingFolder folder;
    write_text("file", "x");
    write_text("text/wandb_manifest.json", "not json");
    write_text("list/wandb_manifest.json", "[]");
    write_text("names/.sources/sources.json", "[]");
    struct Case {
        std::string path;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {"nowhere", ErrorCode::NotFound, "path is not a directory: 'nowhere'"},
        {"file", ErrorCode::NotFound, "path is not a directory: 'file'"},
        {"text", ErrorCode::InvalidFormat, "wandb_manifest.json"},
        {"list", ErrorCode::InvalidFormat, "expected an object, got array"},
        {"names", ErrorCode::InvalidFormat, "sources.json"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.path);
        check_throws([&] { Artifact::open_directory(expected.path); }, expected.code,
                     expected.message);
    }
}

TEST_CASE("a link that leads out of a folder is not followed") {
    const test::WorkingFolder folder;
    write_text("secret.txt", "hello");
    write_text("outside/secret.txt", "hello");
    write_text("w/wandb_manifest.json", manifest_text(R"("a.txt": {"digest": ")" + kHello + R"("},
                                "sub/secret.txt": {"digest": ")" +
                                                      kHello + R"("})"));
    fs::create_symlink("../secret.txt", "w/a.txt");
    fs::create_symlink("../outside", "w/sub");
    const Artifact artifact = Artifact::open_directory("w");
    for (const std::string path : {"a.txt", "sub/secret.txt"}) {
        CAPTURE(path);
        check_throws([&] { artifact.get_path(path).read(); }, ErrorCode::InvalidFormat,
                     "leads out of the folder");
    }
}

TEST_CASE("references that lead in a circle end in an error") {
    const test::WorkingFolder folder;
    const auto reference = [](const std::string& id) {
        return manifest_text(R"("x": {"digest": "d", "ref": "wandb-artifact://)" + id +
                             R"(/x", "size": 0})");
    };
    write_text("w/wandb_manifest.json", reference("aa"));
    write_text("w/.sources/aa/wandb_manifest.json", reference("bb"));
    write_text("w/.sources/bb/wandb_manifest.json", reference("aa"));
    check_throws([] { Artifact::open_directory("w").get_path("x").read(); },
                 ErrorCode::InvalidFormat, "circle");
}

TEST_CASE("an unregistered type is restored as it is, and bad value files are named") {
    const test::WorkingFolder folder;
    write_text("w/x.alien.json", R"({"_type": "alien", "n": 1})");
    write_text("w/no_type.image-file.json", R"({"path": "p.png"})");
    write_text("w/list.image-file.json", "[1]");
    write_text("w/number_type.image-file.json", R"({"_type": 3})");
    write_text("w/text.image-file.json", "{");
    write_text("w/gone.image-file.json",
               R"({"_type": "image-file", "path": "media/nothing.png", "format": "png",
                   "width": 1, "height": 1})");
    write_text("w/plain.json", R"({"a": 1})");
    const Artifact artifact = Artifact::open_directory("w");

    const auto alien = artifact.get("x.alien.json");
    REQUIRE(alien);
    CHECK(alien->type() == "alien");
    CHECK(dynamic_cast<const OpaqueValue*>(alien.get()) != nullptr);
    REQUIRE(alien->artifact_source());
    CHECK(alien->artifact_source()->name == "x.alien.json");
    CHECK(artifact.get("plain.json") == nullptr);
    CHECK(artifact.get("nothing") == nullptr);
    CHECK(artifact.source()->value("x.alien.json") == nullptr);

    struct Case {
        std::string name;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {"no_type", ErrorCode::InvalidFormat, "'_type' is missing"},
        {"number_type", ErrorCode::InvalidFormat, "'_type': expected a string"},
        {"text", ErrorCode::InvalidFormat, "text.image-file.json"},
        {"list", ErrorCode::InvalidFormat, "list.image-file.json"},
        {"gone", ErrorCode::NotFound, "'media/nothing.png'"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.name);
        check_throws([&] { artifact.get(expected.name); }, expected.code, expected.message);
    }
    check_throws([&] { artifact.get<Image>("x.alien.json"); }, ErrorCode::InvalidArgument,
                 "expected type 'image-file', got 'alien'");
}

} // namespace
