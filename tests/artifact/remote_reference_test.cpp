// SPDX-License-Identifier: MIT
// References to servers in artifacts: added, read, checked out, restored, referred to.
#include <vitrine/core/digest.hpp>
#include <vitrine/media/image.hpp>

#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"
#include "support/pictures.hpp"
#include "support/recorded_client.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::check_throws;
using test::Paths;
using test::RecordedAnswer;
using test::RecordedClient;

/// A server of files at http://h/<name>, whose ETags are made of their bytes, and a store that
/// asks it.
struct Fixture {
    Fixture() {
        StoreOptions options;
        options.durability = Durability::fast;
        options.remote.client = client;
        options.remote.retry_delay = std::chrono::milliseconds(0);
        store = Store::create("s", options);
    }

    ArtifactBuilder draft(const std::string& name = "remote") const {
        return store->new_artifact(name, "dataset");
    }

    test::WorkingFolder folder;
    std::map<std::string, std::string> files;
    std::shared_ptr<RecordedClient> client =
        std::make_shared<RecordedClient>([this](const HttpRequest& request) {
            const std::string host = "http://h/";
            const auto found = files.find(request.url.substr(host.size()));
            if (found == files.end()) {
                return RecordedAnswer{.status = 404};
            }
            return RecordedAnswer{
                .headers = {{"ETag",
                             "\"" + digests_of(found->second).md5.hex().substr(0, 8) + "\""},
                            {"Content-Length", std::to_string(found->second.size())}},
                .body = found->second};
        });
    std::optional<Store> store;
};

TEST_CASE("what a server holds is referred to, read, downloaded and checked out") {
    Fixture fixture;
    fixture.files = {{"a.txt", "hello"}, {"b.txt", "deep"}};
    auto draft = fixture.draft();
    draft.add_bytes("local", "c.txt");
    CHECK(draft.add_reference("http://h/a.txt").at(0).size == 5);
    draft.add_reference("http://h/b.txt", "d/b.txt", {.checksum = false});
    const Artifact artifact = fixture.store->commit(std::move(draft));
    CHECK(fixture.store->stats().objects == 1);
    CHECK(fixture.client->requests().size() == 1);

    CHECK(artifact.get_path("a.txt").read() == "hello");
    CHECK(artifact.get_path("a.txt").read() == "hello");
    CHECK(artifact.get_path("d/b.txt").read() == "deep");
    CHECK(fixture.client->requests().size() == 3);
    CHECK(artifact.get_path("a.txt").download("one") == fs::path("one/a.txt"));
    CHECK(test::read_text("one/a.txt") == "hello");

    for (const LinkMode mode : {LinkMode::automatic, LinkMode::copy}) {
        const CheckoutReport report = artifact.checkout("all", {.link = mode});
        CHECK(report.files == 3);
        CHECK(report.bytes == 14);
        CHECK(report.skipped.empty());
        CHECK(test::read_text("all/a.txt") == "hello");
        CHECK(test::read_text("all/d/b.txt") == "deep");
    }
    CHECK(artifact.verify().damages.empty());
}

TEST_CASE("many files are fetched, each once") {
    Fixture fixture;
    auto draft = fixture.draft();
    for (int i = 0; i < 100; ++i) {
        const std::string name = std::to_string(i);
        fixture.files[name] = "file " + name;
        draft.add_reference("http://h/" + name);
    }
    const Artifact artifact = fixture.store->commit(std::move(draft));
    CHECK(artifact.checkout("out").files == 100);
    for (const auto& [name, text] : fixture.files) {
        CHECK(test::read_text("out/" + name) == text);
    }
    CHECK(fixture.client->requests().size() == 200);
}

TEST_CASE("what has changed is an error that names it, and leaves no file") {
    Fixture fixture;
    fixture.files = {{"a.txt", "hello"}};
    auto draft = fixture.draft();
    draft.add_reference("http://h/a.txt");
    const Artifact artifact = fixture.store->commit(std::move(draft));
    fixture.files["a.txt"] = "other";

    const std::function<void()> uses[] = {
        [&] { artifact.get_path("a.txt").read(); },
        [&] { artifact.get_path("a.txt").download("out"); },
        [&] { artifact.checkout("out"); },
    };
    for (const auto& use : uses) {
        check_throws(use, ErrorCode::Conflict,
                     "fetching 'a.txt' of 'remote:v0': 'http://h/a.txt' has changed: "
                     "expected ETag '5d41402a', got '795f3202'");
        CHECK_FALSE(fs::exists("out/a.txt"));
        CHECK((!fs::exists("out") || fs::is_empty("out")));
    }
}

TEST_CASE("what is gone is left out of a checkout and named; the rest is there") {
    Fixture fixture;
    fixture.files = {{"a.txt", "hello"}, {"b.txt", "deep"}};
    auto draft = fixture.draft();
    draft.add_reference("http://h/a.txt");
    draft.add_reference("http://h/b.txt");
    const Artifact artifact = fixture.store->commit(std::move(draft));
    fixture.files.erase("a.txt");
    const CheckoutReport report = artifact.checkout("out");
    CHECK(report.files == 1);
    REQUIRE(report.skipped.size() == 1);
    CHECK(report.skipped[0].find("'http://h/a.txt' is not there (status 404)") !=
          std::string::npos);
    CHECK(test::read_text("out/b.txt") == "deep");
    check_throws([&] { artifact.get_path("a.txt").download("out"); }, ErrorCode::NotFound);
    check_throws([&] { fixture.draft("x").add_reference("http://h/a.txt"); }, ErrorCode::NotFound);
}

TEST_CASE("a checkout that is cancelled leaves nothing half") {
    Fixture fixture;
    fixture.files = {{"a.txt", "hello"}};
    auto draft = fixture.draft();
    draft.add_reference("http://h/a.txt");
    const Artifact artifact = fixture.store->commit(std::move(draft));
    std::stop_source source;
    source.request_stop();
    check_throws([&] { artifact.checkout("out", {.progress = {.stop = source.get_token()}}); },
                 ErrorCode::Cancelled);
    CHECK(fs::is_empty("out"));
}

TEST_CASE("a file that lies there and has the recorded MD5 is not fetched again") {
    Fixture fixture;
    const std::string md5 = digests_of(std::string_view("hello")).md5.hex();
    const auto client = std::make_shared<RecordedClient>([&](const HttpRequest&) {
        return RecordedAnswer{.headers = {{"ETag", "\"" + md5 + "\""}, {"Content-Length", "5"}},
                              .body = "hello"};
    });
    StoreOptions options;
    options.durability = Durability::fast;
    options.remote.client = client;
    const Store store = Store::create("of_md5", options);
    auto draft = store.new_artifact("a", "dataset");
    draft.add_reference("http://h/a.txt");
    const Artifact artifact = store.commit(std::move(draft));
    artifact.checkout("out");
    artifact.checkout("out");
    CHECK(client->requests().size() == 2);
    test::write_text("out/a.txt", "hallo");
    CHECK(artifact.checkout("out").conflicts.size() == 1);
    CHECK(client->requests().size() == 2);
    artifact.checkout("out", {.conflict = Conflict::replace});
    CHECK(client->requests().size() == 3);
    CHECK(test::read_text("out/a.txt") == "hello");
}

TEST_CASE("a file whose right bytes only the server knows stays if they are what it sends") {
    Fixture fixture;
    const auto client = std::make_shared<RecordedClient>([&](const HttpRequest&) {
        return RecordedAnswer{.headers = {{"ETag", "\"1\""}, {"Content-Length", "5"}},
                              .body = "hello"};
    });
    StoreOptions options;
    options.durability = Durability::fast;
    options.remote.client = client;
    const Store store = Store::create("of_etag", options);
    auto draft = store.new_artifact("a", "dataset");
    draft.add_reference("http://h/a.txt");
    const Artifact artifact = store.commit(std::move(draft));
    artifact.checkout("out");
    CHECK(artifact.checkout("out").unchanged == 1);
    test::write_text("out/a.txt", "hallo");
    CHECK(artifact.checkout("out").conflicts.size() == 1);
    CHECK(test::read_text("out/a.txt") == "hallo");
}

TEST_CASE("a value whose files lie on a server is restored, and referred to by another artifact") {
    Fixture fixture;
    const std::string png = encode_png(test::sample_pixels(1, 1));
    fixture.files["i.png"] = png;
    auto draft = fixture.draft();
    // The picture's place in the artifact is a reference; the value then names that entry.
    draft.add_bytes(
        R"({"_type": "image-file", "format": "png", "height": 1, "path": "media/i.png", )"
        R"("sha256": ")" +
            sha256_of(png).hex() + R"(", "size": )" + std::to_string(png.size()) +
            R"(, "width": 1})",
        "x.image-file.json");
    draft.add_reference("http://h/i.png", "media/i.png");
    const Artifact artifact = fixture.store->commit(std::move(draft));

    const auto image = artifact.get<Image>("x");
    REQUIRE(image);
    const std::size_t before = fixture.client->requests().size();
    CHECK(image->read_file() == png);
    CHECK(fixture.client->requests().size() == before + 1);

    auto next = fixture.draft("next");
    next.add_reference(artifact.get_path("media/i.png"), "again.png");
    const Artifact second = fixture.store->commit(std::move(next));
    CHECK(second.get_path("again.png").read() == png);
    second.checkout("out");
    CHECK(test::read_text("out/again.png") == png);
    CHECK(fixture.store->stats().objects == 1);
}

TEST_CASE("a folder makes nobody ask a server") {
    Fixture fixture;
    fixture.files = {{"a.txt", "hello"}};
    auto draft = fixture.draft();
    draft.add_reference("http://h/a.txt");
    fixture.store->commit(std::move(draft)).checkout("out", {.self_contained = true});
    CHECK(Artifact::open_directory("out").get_path("a.txt").read() == "hello");
    fs::remove("out/a.txt");
    const std::size_t before = fixture.client->requests().size();
    check_throws([] { Artifact::open_directory("out").get_path("a.txt").read(); },
                 ErrorCode::Unsupported, "'http://h/a.txt', whose bytes cannot be fetched");
    CHECK(fixture.client->requests().size() == before);
}

} // namespace
