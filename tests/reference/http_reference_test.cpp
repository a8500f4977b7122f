// SPDX-License-Identifier: MIT
#include "reference/fixture.hpp"
#include "reference/reference_handlers.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

using namespace vitrine;
using test::check_throws;
using test::RecordedAnswer;
using test::RecordedClient;

TEST_CASE("digest, size and extra of a URL come from the response's headers") {
    struct Case {
        std::vector<HttpHeader> headers;
        std::string digest;
        std::optional<std::uint64_t> size;
        std::string extra;
    };
    const std::string uri = "https://h/d/x?q";
    const Case cases[] = {
        {{{"ETag", "\"abc\""}, {"Content-Length", "5"}}, "abc", 5, R"({"etag": "\"abc\""})"},
        {{{"etag", "abc"}, {"content-length", "0"}}, "abc", 0, R"({"etag": "abc"})"},
        {{{"ETag", "W/\"abc\""}}, "W/\"abc\"", {}, R"({"etag": "W/\"abc\""})"},
        {{{"ETag", "\""}}, "\"", {}, R"({"etag": "\""})"},
        {{{"ETag", ""}, {"Content-Length", "many"}}, uri, {}, "null"},
        {{{"Content-Length", "-5"}}, uri, {}, "null"},
        {{{"Content-Length", "99999999999999999999"}}, uri, {}, "null"},
        {{}, uri, {}, "null"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.digest);
        test::FakeTime time;
        const auto client = std::make_shared<RecordedClient>([&](const HttpRequest& request) {
            CHECK(request.netrc);
            CHECK(test::header_of(request, "Accept-Encoding") == "identity");
            return RecordedAnswer{.headers = expected.headers, .body = "never read"};
        });
        const ReferenceHandlers handlers(test::options_with(client), time.timing());
        const Entry entry = handlers.track(uri, {}).at(0);
        CHECK(entry.path.str() == "x?q");
        CHECK(entry.digest == expected.digest);
        CHECK(entry.size == expected.size);
        CHECK(entry.ref == uri);
        CHECK(render_json(entry.extra) == expected.extra);
    }
}

TEST_CASE("if HEAD is refused or has no length, the headers of a GET are used") {
    struct Case {
        RecordedAnswer head;
        RecordedAnswer get;
        int requests;
        ErrorCode code = {};
        std::string_view message = {}; ///< "" for no error
    };
    const RecordedAnswer good = {.headers = {{"ETag", "\"e\""}, {"Content-Length", "1"}}};
    const Case cases[] = {
        {good, {.status = 404}, 1},
        {{.status = 405}, good, 2},
        {{.status = 501}, good, 2},
        {{.status = 403}, good, 2},
        {{.status = 404}, good, 2},
        {{.headers = {{"ETag", "\"e\""}}}, good, 2},
        {{.status = 404},
         {.status = 404},
         2,
         ErrorCode::NotFound,
         "'http://h/x' is not there (status 404)"},
        {{.status = 405},
         {.status = 401},
         2,
         ErrorCode::Io,
         "'http://h/x' may not be read (status 401)"},
        {{.status = 500}, good, 5, ErrorCode::Io, "answers with status 500"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.head.status);
        test::FakeTime time;
        const auto client = std::make_shared<RecordedClient>([&](const HttpRequest& request) {
            return request.method == "HEAD" ? expected.head : expected.get;
        });
        const ReferenceHandlers handlers(test::options_with(client), time.timing());
        if (expected.message.empty()) {
            CHECK(handlers.track("http://h/x", {}).at(0).digest == "e");
        } else {
            check_throws([&] { handlers.track("http://h/x", {}); }, expected.code,
                         expected.message);
        }
        CHECK(client->requests().size() == static_cast<std::size_t>(expected.requests));
    }
}

TEST_CASE("the bytes of a URL are compared with what was recorded") {
    struct Case {
        std::string digest;
        std::optional<std::uint64_t> size;
        std::vector<HttpHeader> headers;
        std::string message; ///< "" for no error
    };
    const std::string uri = "http://user:secret@h/x";
    const Case cases[] = {
        {"abc", 5, {{"ETag", "\"abc\""}}, ""},
        {"W/\"abc\"", 5, {{"ETag", "W/\"abc\""}}, ""},
        {uri, 5, {{"ETag", "\"new\""}}, ""},
        {uri, {}, {}, ""},
        {"abc",
         5,
         {{"ETag", "\"def\""}},
         "'http://h/x' has changed: expected ETag 'abc', got 'def'"},
        {"abc", 5, {{"ETag", "W/\"abc\""}}, "expected ETag 'abc', got 'W/\"abc\"'"},
        {"abc", 5, {}, "expected ETag 'abc', got none"},
        {"abc", 6, {{"ETag", "\"abc\""}}, "expected 6 bytes, got 5"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.digest);
        test::FakeTime time;
        const auto client = std::make_shared<RecordedClient>([&](const HttpRequest&) {
            return RecordedAnswer{.headers = expected.headers, .body = "hello"};
        });
        const ReferenceHandlers handlers(test::options_with(client), time.timing());
        Entry entry = untouched_entry("x", uri);
        entry.digest = expected.digest;
        entry.size = expected.size;
        if (expected.message.empty()) {
            CHECK(handlers.read(entry) == "hello");
        } else {
            const std::string error =
                check_throws([&] { handlers.read(entry); }, ErrorCode::Conflict, expected.message);
            CHECK(error.find("secret") == std::string::npos);
        }
    }
}

TEST_CASE("only references to servers are fetched") {
    test::FakeTime time;
    const auto client =
        std::make_shared<RecordedClient>([](const HttpRequest&) { return RecordedAnswer{}; });
    const ReferenceHandlers handlers(test::options_with(client), time.timing());
    struct Case {
        std::string uri;
        bool can_fetch;
    };
    const Case cases[] = {
        {"http://h/x", true}, {"HTTPS://h/x", true}, {"s3://b/x", true}, {"gs://b/x", true},
        {"file:///x", false}, {"ref://x", false},    {"x", false},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.uri);
        CHECK(handlers.can_fetch(untouched_entry("x", expected.uri)) == expected.can_fetch);
    }
    StringSink sink;
    const std::string error =
        check_throws([&] { handlers.fetch(untouched_entry("n", "ref://x?secret"), sink, {}); },
                     ErrorCode::Unsupported);
    CHECK(error == "entry 'n' is a reference to 'ref://x?...', whose bytes cannot be fetched");
    CHECK_FALSE(handlers.can_fetch(Entry{.path = EntryPath("x")}));
}

} // namespace
