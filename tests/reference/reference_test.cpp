// SPDX-License-Identifier: MIT
#include "reference/fixture.hpp"
#include "reference/reference_handlers.hpp"
#include "reference/uri.hpp"
#include "support/check_throws.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::check_throws;
using test::write_text;

std::vector<Entry> track_reference(std::string_view uri, const ReferenceOptions& options) {
    return ReferenceHandlers().track(uri, options);
}

TEST_CASE("a URI is parsed as Python's urlparse parses it") {
    struct Case {
        std::string text;
        std::string scheme;
        std::string host;
        std::string path;
    };
    const Case cases[] = {
        {"file://x.txt", "file", "x.txt", ""},
        {"file://t/x.txt", "file", "t", "/x.txt"},
        {"file:///abs/x", "file", "", "/abs/x"},
        {"file:file1.txt", "file", "", "file1.txt"},
        {"FILE://a", "file", "a", ""},
        {"file://q?x.txt", "file", "q", ""},
        {"file:///h#x.txt", "file", "", "/h"},
        {"file:///p%41", "file", "", "/p%41"},
        {"https://h/a?b=c#d", "https", "h", "/a"},
        {"C:\\x\\y.txt", "c", "", "\\x\\y.txt"},
        {"mailto:someone", "mailto", "", "someone"},
        {"/abs/path", "", "", "/abs/path"},
        {"a b:c", "", "", "a b:c"},
        {"1a:c", "", "", "1a:c"},
        {":c", "", "", ":c"},
        {"", "", "", ""},
        {"svn+ssh://h", "svn+ssh", "h", ""},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.text);
        const Uri uri = Uri::parse(expected.text);
        CHECK(uri.scheme == expected.scheme);
        CHECK(uri.host == expected.host);
        CHECK(uri.path == expected.path);
    }
}

TEST_CASE("a reference gets the entry that W&B's handler makes") {
    const test::WorkingFolder folder;
    write_text("file1.txt", "hello");
    write_text("sp ace.txt", "s");
    write_text("p%41.txt", "p");

    struct Case {
        std::string uri;
        std::string name;
        bool checksum;
        std::string path;
        std::string digest;
        std::optional<std::uint64_t> size;
    };
    const std::string hello = "XUFAKrxLKna5cZ2REBfFkg==";
    const Case cases[] = {
        {"file://file1.txt", "", true, "file1.txt", hello, 5},
        {"file://file1.txt", "sub/renamed.txt", true, "sub/renamed.txt", hello, 5},
        {"file:file1.txt", "", true, "file1.txt", hello, 5},
        {"file://file1.txt?x#y", "", true, "file1.txt", hello, 5},
        {"FILE://file1.txt", "upper", true, "upper", hello, 5},
        {"file://" + folder.path().native() + "/file1.txt", "", true, "file1.txt", hello, 5},
        {"file://sp ace.txt", "", true, "sp ace.txt", "A8fArOOV2AGC2weuLDDwNA==", 1},
        {"file://p%41.txt", "", true, "p%41.txt", "g4eMkRcTOJAuD+D7l6jEeg==", 1},
        {"file://no/such/nofile.bin", "", false, "nofile.bin", "file://no/such/nofile.bin", {}},
        {"file://file1.txt", "n2", false, "n2", "file://file1.txt", {}},
        {"s3://bucket/deep/key.bin", "", false, "deep/key.bin", "s3://bucket/deep/key.bin", {}},
        {"gs://b/k/file6", "", false, "k/file6", "gs://b/k/file6", {}},
        {"https://h/a.txt?x=1", "", false, "a.txt?x=1", "https://h/a.txt?x=1", {}},
        {"http://h/d/a.txt", "five", false, "five", "http://h/d/a.txt", {}},
        {"ref://example.com/x", "ref", true, "ref", "ref://example.com/x", {}},
        {"C:\\x\\y.txt", "win", true, "win", "C:\\x\\y.txt", {}},
        {"mailto:someone", "m", false, "m", "mailto:someone", {}},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.uri);
        const auto entries =
            track_reference(expected.uri, {.name = expected.name, .checksum = expected.checksum});
        REQUIRE(entries.size() == 1);
        const Entry& entry = entries.front();
        CHECK(entry.path.str() == expected.path);
        CHECK(entry.digest == expected.digest);
        CHECK(entry.size == expected.size);
        CHECK(entry.ref == expected.uri);
        CHECK_FALSE(entry.object);
    }
}

TEST_CASE("a reference to a folder is one entry for each file") {
    const test::WorkingFolder folder;
    write_text("t/file1.txt", "hello");
    write_text("t/s/file2.txt", "two");
    write_text("u/x", "x");
    fs::create_symlink("../u/x", "t/lf");
    fs::create_symlink("../u", "t/ld");

    const std::string slashes[] = {"file://t", "file://t/"};
    for (const std::string& uri : slashes) {
        CAPTURE(uri);
        const auto entries = track_reference(uri, {});
        REQUIRE(entries.size() == 3);
        CHECK(entries[0].path.str() == "file1.txt");
        CHECK(entries[0].ref == "file://t/file1.txt");
        CHECK(entries[1].path.str() == "lf");
        CHECK(entries[1].size == 1);
        CHECK(entries[2].path.str() == "s/file2.txt");
        CHECK(entries[2].ref == "file://t/s/file2.txt");
    }
    // W&B ignores the name of a folder; here the entries lie below it.
    const auto named = track_reference("file://t", {.name = "data"});
    REQUIRE(named.size() == 3);
    CHECK(named[2].path.str() == "data/s/file2.txt");
    CHECK(named[2].ref == "file://t/s/file2.txt");
}

TEST_CASE("a reference to a folder fails as soon as the count reaches max_objects") {
    const test::WorkingFolder folder;
    write_text("t/1", "1");
    write_text("t/2", "2");
    CHECK(track_reference("file://t", {.max_objects = 3}).size() == 2);
    for (const std::uint64_t limit : {std::uint64_t{1}, std::uint64_t{2}}) {
        CAPTURE(limit);
        const std::string error =
            check_throws([&] { track_reference("file://t", {.max_objects = limit}); },
                         ErrorCode::InvalidArgument);
        CHECK(error.find("exceeded " + std::to_string(limit) + " objects") == 0);
    }
}

TEST_CASE("bad references are refused by name") {
    const test::WorkingFolder folder;
    write_text("file1.txt", "hello");
    fs::create_directory("with_link");
    fs::create_symlink("nowhere", "with_link/dangling");

    struct Case {
        std::string uri;
        std::string name;
        bool checksum;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {"file1.txt", "", true, ErrorCode::InvalidArgument, "references must be URIs"},
        {"/abs/path", "", true, ErrorCode::InvalidArgument, "use file://"},
        {"", "", true, ErrorCode::InvalidArgument, "got ''"},
        {"ref://example.com/x", "", true, ErrorCode::InvalidArgument, "unknown scheme"},
        {"file://missing.txt", "", true, ErrorCode::NotFound, "'file://missing.txt' must be"},
        {"file://q?file1.txt", "", true, ErrorCode::NotFound, "'file://q?file1.txt' must be"},
        {"file://sp%20ace.txt", "", true, ErrorCode::NotFound, "must be a valid file"},
        {"file://with_link", "", true, ErrorCode::NotFound, "dangling' is not a file"},
        {"file://file1.txt", "../x", true, ErrorCode::InvalidArgument, "component '..'"},
        {"file://file1.txt", "/x", true, ErrorCode::InvalidArgument, "absolute"},
        {"s3://bucket", "", false, ErrorCode::InvalidArgument, "is empty"},
        {"http://h/", "", false, ErrorCode::InvalidArgument, "a name for the entry is needed"},
        {"s3://", "x", false, ErrorCode::InvalidArgument, "expected a bucket's name"},
        {"gs:///x", "", false, ErrorCode::InvalidArgument, "expected a bucket's name"},
        {"s3://a b/x", "", false, ErrorCode::InvalidArgument, "got 'a b'"},
        {"s3://user@evil/x", "", true, ErrorCode::InvalidArgument, "got 'user@evil'"},
        {"gs://.evil/x", "", true, ErrorCode::InvalidArgument, "got '.evil'"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.uri);
        check_throws(
            [&] {
                track_reference(expected.uri,
                                {.name = expected.name, .checksum = expected.checksum});
            },
            expected.code, expected.message);
    }
}

TEST_CASE("without a client the schemes of servers are refused by name") {
    const std::unique_ptr<ReferenceHandler> handlers[] = {
        make_http_handler(nullptr), make_s3_handler(nullptr), make_gs_handler(nullptr)};
    for (const auto& handler : handlers) {
        const std::string uri = std::string(handler->schemes().front()) + "://host/x?secret";
        CAPTURE(uri);
        CHECK_FALSE(handler->can_fetch());
        StringSink sink;
        const Entry entry = untouched_entry("x", uri);
        const std::string error =
            check_throws([&] { handler->track(uri, {}); }, ErrorCode::Unsupported,
                         "no libcurl and cannot read '");
        CHECK(error.find("secret") == std::string::npos);
        check_throws([&] { handler->fetch(entry, sink, {}); }, ErrorCode::Unsupported);
        CHECK(handler->track(uri, {.name = "x", .checksum = false}).front().digest == uri);
    }
}

} // namespace
