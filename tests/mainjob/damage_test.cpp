// SPDX-License-Identifier: MIT
// verify finds one flipped byte of one object, and names everything that it damages.
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/store/store.hpp>

#include "core/file_system.hpp"
#include "support/command.hpp"
#include "support/sample_dataset.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

/// The file below objects/ that contains these bytes, and the offset at which they begin.
std::pair<fs::path, std::size_t> find_bytes(const fs::path& store, const std::string& bytes) {
    for (const auto& item : fs::recursive_directory_iterator(store / "objects")) {
        if (item.is_regular_file()) {
            const std::size_t offset = read_file(item.path()).find(bytes);
            if (offset != std::string::npos) {
                return {item.path(), offset};
            }
        }
    }
    FAIL("no file of the store holds the object");
    return {};
}

void flip_byte(const fs::path& path, std::size_t offset) {
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::fstream stream(path, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekg(static_cast<std::streamoff>(offset));
    const char byte = static_cast<char>(stream.get() ^ 1);
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.put(byte);
    REQUIRE(stream.flush());
}

std::vector<std::string> strings(const Json& json) {
    auto texts = json.get<std::vector<std::string>>();
    std::sort(texts.begin(), texts.end());
    return texts;
}

} // namespace

TEST_CASE("verify names the object, the entries and the versions that one flipped byte damages") {
    const TemporaryDirectory directory;
    const fs::path path = directory.path() / "store";
    const Store store = Store::create(path);
    for (std::uint32_t index = 0; index < 3; ++index) {
        write_picture(directory.path() / "in" / (std::to_string(index) + ".png"),
                      make_picture(index));
    }
    std::string media;
    {
        ArtifactBuilder draft = store.new_artifact("cells", "dataset");
        for (std::uint32_t index = 0; index < 3; ++index) {
            const std::string number = std::to_string(index);
            draft.add(Image(directory.path() / "in" / (number + ".png")), "slides/" + number);
        }
        const Artifact first = store.commit(std::move(draft));
        media = first.get<Image>("slides/1")->file().path();
        ArtifactBuilder second = store.new_artifact("picks", "dataset");
        second.add(*first.get<Image>("slides/1"), "best");
        store.commit(std::move(second));
        ArtifactBuilder other = store.new_artifact("others", "dataset");
        other.add(*first.get<Image>("slides/2"), "other");
        store.commit(std::move(other));
    }
    CHECK(vitrine_ok({"--store", path.string(), "verify"}).out.find("all is well") == 0);

    const std::string bytes = read_file(directory.path() / "in" / "1.png");
    const std::string sha256 = sha256_of(bytes).hex();
    const auto [file, offset] = find_bytes(path, bytes);
    flip_byte(file, offset + bytes.size() / 2);

    const CommandResult result = run_vitrine({"--store", path.string(), "verify", "--json"});
    CHECK(result.exit_code == 4);
    const Json report = result.json();
    CHECK(report["ok"] == false);
    REQUIRE(report["damages"].size() == 1);
    const Json& damage = report["damages"][0];
    CHECK(damage["object"] == sha256);
    CHECK(damage["problem"].get<std::string>().find(sha256) != std::string::npos);
    CHECK(strings(damage["versions"]) == std::vector<std::string>{"cells:v0", "picks:v0"});
    const auto entries = strings(damage["entries"]);
    CHECK(std::find(entries.begin(), entries.end(), "cells:v0/" + media) != entries.end());

    const CommandResult text = run_vitrine({"--store", path.string(), "verify"});
    CHECK(text.exit_code == 4);
    for (const std::string& part : {sha256, "cells:v0/" + media, std::string("picks:v0")}) {
        CAPTURE(part);
        CHECK(text.out.find(part) != std::string::npos);
    }
    CHECK(text.out.find("others:v0") == std::string::npos);

    CHECK(run_vitrine({"--store", path.string(), "verify", "cells:v0"}).exit_code == 4);
    CHECK(run_vitrine({"--store", path.string(), "verify", "picks:v0"}).exit_code == 4);
    CHECK(run_vitrine({"--store", path.string(), "verify", "others:v0"}).exit_code == 0);

    // Damaged bytes are not read as if nothing were wrong; adding the bytes again restores them.
    CHECK_THROWS_AS(store.artifact("cells:v0").get<Image>("slides/1")->pixels(), Error);
    vitrine_ok(
        {"--store", path.string(), "add", "healer", (directory.path() / "in" / "1.png").string()});
    CHECK(run_vitrine({"--store", path.string(), "verify"}).exit_code == 0);
}
