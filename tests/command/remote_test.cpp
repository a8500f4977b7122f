// SPDX-License-Identifier: MIT
// The command with references to servers. The server runs in this process.
#include <vitrine/core/digest.hpp>

#include "command/fixture.hpp"
#include "reference/curl_client.hpp"
#include "support/http_server.hpp"
#include "support/skip.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Files by target, served with ETags, whole or in part; S3's listing of "/bucket/".
class Files {
public:
    void set(const std::string& target, const std::string& text) {
        const std::lock_guard lock(mutex_);
        files_[target] = text;
    }
    void serve(const ServedRequest& request, Connection& to) {
        const std::lock_guard lock(mutex_);
        if (request.target.starts_with("/bucket/?")) {
            to.send(http_answer(200, {}, listing()));
            return;
        }
        const auto found = files_.find(request.target);
        if (found == files_.end()) {
            to.send(http_answer(404, {}, ""));
            return;
        }
        const std::string etag = "\"" + digests_of(found->second).md5.hex() + "\"";
        to.send(http_answer(
            200, {{"ETag", etag}, {"Content-Length", std::to_string(found->second.size())}},
            request.method == "HEAD" ? "" : found->second));
    }

private:
    std::string listing() const {
        std::string xml = "<ListBucketResult>";
        for (const auto& [target, text] : files_) {
            const std::string prefix = "/bucket/";
            if (target.starts_with(prefix)) {
                xml += "<Contents><Key>" + target.substr(prefix.size()) + "</Key><ETag>\"" +
                       digests_of(text).md5.hex() + "\"</ETag><Size>" +
                       std::to_string(text.size()) + "</Size></Contents>";
            }
        }
        return xml + "<IsTruncated>false</IsTruncated></ListBucketResult>";
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::string> files_; ///< guarded by mutex_
};

/// A workplace, a server, and an environment that leads the command to no other server.
struct RemoteLocation {
    CommandResult run(const std::vector<std::string>& arguments) const {
        CommandOptions options;
        options.environment = {{"no_proxy", "127.0.0.1"},
                               {"NO_PROXY", "127.0.0.1"},
                               {"HOME", place.path().native()},
                               {"AWS_EC2_METADATA_DISABLED", "true"},
                               {"AWS_ACCESS_KEY_ID", "AK"},
                               {"AWS_SECRET_ACCESS_KEY", "top-secret"},
                               {"AWS_S3_ENDPOINT_URL", server.url("")}};
        return place.run(arguments, options);
    }

    Workplace place;
    Files files;
    HttpServer server{
        [this](const ServedRequest& request, Connection& to) { files.serve(request, to); }};
};

bool is_built() {
    if (make_curl_client({})) {
        return true;
    }
    skip("this build has no libcurl");
    return false;
}

} // namespace

TEST_CASE("files of a server are added, shown and checked out") {
    if (!is_built()) {
        return;
    }
    RemoteLocation remote;
    remote.files.set("/d/a.txt", "hello");
    const std::string uri = remote.server.url("/d/a.txt");
    const CommandResult added = remote.run({"add", "texts", uri});
    CHECK(added.exit_code == 0);
    CHECK(added.out == "texts:v0  1 entry\n");
    const Json entry = remote.place.json({"ls", "texts"})[0];
    CHECK(entry["path"] == "a.txt");
    CHECK(entry["size"] == 5);
    CHECK(entry["digest"] == digests_of(std::string_view("hello")).md5.hex());
    CHECK(entry["ref"] == uri);
    CHECK(remote.run({"cat", "texts", "a.txt"}).out == "hello");
    CHECK(remote.run({"checkout", "texts", "out"}).exit_code == 0);
    CHECK(read_text(remote.place.path() / "out" / "a.txt") == "hello");
    CHECK(remote.run({"add", "texts", uri}).out == "unchanged, is texts:v0\n");

    remote.files.set("/d/a.txt", "other");
    const std::vector<std::vector<std::string>> uses = {{"cat", "texts", "a.txt"},
                                                        {"checkout", "texts", "again"}};
    for (const auto& use : uses) {
        const CommandResult result = remote.run(use);
        CAPTURE(result.err);
        CHECK(result.exit_code == 1);
        CHECK(holds(result.err, "'" + uri + "' has changed: expected ETag '5d41402abc4b2a76"));
    }
    CHECK(remote.run({"add", "texts", uri}).out == "texts:v1  1 entry\n");
}

TEST_CASE("a folder of a bucket is added by signed requests") {
    if (!is_built()) {
        return;
    }
    RemoteLocation remote;
    remote.files.set("/bucket/slides/1.txt", "one");
    remote.files.set("/bucket/slides/deep/2.txt", "two");
    const CommandResult added = remote.run({"add", "slides", "s3://bucket/slides", "--as", "all/"});
    CAPTURE(added.err);
    CHECK(added.exit_code == 0);
    const Json entries = remote.place.json({"ls", "slides"});
    REQUIRE(entries.size() == 2);
    CHECK(entries[0]["path"] == "all/slides/1.txt");
    CHECK(entries[1]["ref"] == "s3://bucket/slides/deep/2.txt");
    CHECK(remote.run({"checkout", "slides", "out"}).exit_code == 0);
    CHECK(read_text(remote.place.path() / "out/all/slides/deep/2.txt") == "two");
    for (const ServedRequest& request : remote.server.requests()) {
        CHECK(request.header("Authorization").find("AWS4-HMAC-SHA256 Credential=AK/") == 0);
    }
}

TEST_CASE("a reference that cannot be added is an error, and no version is made") {
    if (!is_built()) {
        return;
    }
    RemoteLocation remote;
    struct Case {
        std::string uri;
        std::string message;
    };
    const Case cases[] = {
        {remote.server.url("/missing?token=secret"),
         "'" + remote.server.url("/missing?...") + "' is not there (status 404)"},
        {"s3://bucket/none", "there is no object and no folder at 's3://bucket/none'"},
        {"s3://not a bucket/x", "expected a bucket's name"},
        {"http://h/", "a name for the entry is needed"},
    };
    for (const Case& expected : cases) {
        const CommandResult result = remote.run({"add", "x", expected.uri});
        CAPTURE(result.err);
        CHECK(result.exit_code == 1);
        CHECK(holds(result.err, expected.message));
        CHECK_FALSE(holds(result.err, "secret"));
    }
    CHECK(remote.place.json({"list"}).empty());
}

TEST_CASE("checkout skips files that the server no longer has, and names them") {
    if (!is_built()) {
        return;
    }
    RemoteLocation remote;
    remote.files.set("/a.txt", "a");
    CHECK(remote
              .run({"add", "x", remote.server.url("/a.txt"), remote.server.url("/gone.txt"),
                    "--no-checksum"})
              .exit_code == 0);
    const CommandResult result = remote.run({"checkout", "x", "out"});
    CHECK(result.exit_code == 3);
    CHECK(holds(result.err, "gone.txt' is not there (status 404)"));
    CHECK(read_text(remote.place.path() / "out" / "a.txt") == "a");
}

TEST_CASE("a password in a URI causes a warning") {
    const Workplace place;
    struct Case {
        std::string uri;
        bool is_warned;
    };
    const Case cases[] = {
        {"https://ann:pw@h/x", true},
        {"https://ann@h/x", false},
        {"https://h/a:b@c", false},
        {"https://h:80/x", false},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.uri);
        const CommandResult result = place.run({"add", "x", expected.uri, "--no-checksum"});
        CHECK(result.exit_code == 0);
        CHECK(holds(result.err, "holds a password") == expected.is_warned);
    }
}
