// SPDX-License-Identifier: MIT
#include "reference/fixture.hpp"
#include "reference/http_session.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace vitrine;
using std::chrono::milliseconds;
using test::check_throws;
using test::RecordedAnswer;
using test::RecordedClient;

/// Answers with these one after the other, with the last again and again.
std::shared_ptr<RecordedClient> client_of(std::vector<RecordedAnswer> answers) {
    return std::make_shared<RecordedClient>(
        [answers, next = std::size_t{0}](const HttpRequest&) mutable {
            return answers[std::min(next++, answers.size() - 1)];
        });
}

TEST_CASE("transient failures are retried, with growing pauses") {
    struct Case {
        std::string what;
        std::vector<RecordedAnswer> answers;
        int status; ///< at the end; 0 for an error
        std::vector<int> waits;
    };
    const Case cases[] = {
        {"a good answer", {{.status = 200}}, 200, {}},
        {"what is not there", {{.status = 404}}, 404, {}},
        {"two failures", {{.status = 500}, {.status = 503}, {.status = 200}}, 200, {250, 500}},
        {"no connection", {{.status = 0}, {.status = 200}}, 200, {250}},
        {"a lost one", {{.body = "x", .breaks = true}, {.body = "xy"}}, 200, {250}},
        {"never", {{.status = 500}}, 500, {250, 500, 1000, 2000}},
        {"nobody", {{.status = 0}}, 0, {250, 500, 1000, 2000}},
        {"a server that says when",
         {{.status = 429, .headers = {{"Retry-After", "7"}}}, {.status = 200}},
         200,
         {7000}},
        {"one that says too much",
         {{.status = 503, .headers = {{"retry-after", "86400"}}}, {.status = 200}},
         200,
         {60000}},
        {"one that says a date",
         {{.status = 503, .headers = {{"Retry-After", "Tue, 14 Nov 2023 22:13:30 GMT"}}},
          {.status = 200}},
         200,
         {10000}},
        {"a date that is over",
         {{.status = 503, .headers = {{"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}}},
          {.status = 200}},
         200,
         {0}},
        {"a date that the clock cannot hold",
         {{.status = 503, .headers = {{"Retry-After", "Sun, 06 Nov 0997 08:49:37 GMT"}}},
          {.status = 503, .headers = {{"Retry-After", "Sun, 06 Nov 2262 08:49:37 GMT"}}},
          {.status = 200}},
         200,
         {250, 500}},
        {"nonsense",
         {{.status = 503, .headers = {{"Retry-After", "soon"}}}, {.status = 200}},
         200,
         {250}},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.what);
        test::FakeTime time;
        const HttpSession session(test::options_with(client_of(expected.answers)), time.timing());
        if (expected.status == 0) {
            check_throws([&] { session.ask({.url = "http://h/x"}); }, ErrorCode::Io);
        } else {
            CHECK(session.ask({.url = "http://h/x"}).response.status == expected.status);
        }
        std::vector<milliseconds> waits;
        for (const int wait : expected.waits) {
            waits.emplace_back(wait);
        }
        CHECK(time.waits == waits);
    }
}

TEST_CASE("jitter leaves out up to half of a pause") {
    test::FakeTime time;
    time.jitter = 1;
    const HttpSession session(
        test::options_with(client_of({{.status = 500}, {.status = 500}, {.status = 200}})),
        time.timing());
    session.ask({.url = "http://h/x"});
    CHECK(time.waits == std::vector{milliseconds(125), milliseconds(250)});
}

TEST_CASE("redirects are followed, and credentials are not sent to another host") {
    struct Case {
        std::string target;
        bool is_same_host;
    };
    const Case cases[] = {
        {"https://h/y", true},         {"https://H/y", true},       {"https://other/y", false},
        {"http://h/y", false},         {"https://h:8443/y", false}, {"https://h.other/y", false},
        {"https://user:pw@h/y", true},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.target);
        test::FakeTime time;
        const auto client =
            client_of({{.status = 302, .redirect = expected.target}, {.body = "there"}});
        const HttpSession session(test::options_with(client), time.timing());
        HttpRequest request;
        request.url = "https://h/x";
        request.headers = {{"Authorization", "Bearer secret"},
                           {"x-amz-security-token", "secret"},
                           {"Accept-Encoding", "identity"}};
        request.signing = AwsSigning{"a", "s", "r", "s3"};
        CHECK(session.ask(request).body == "there");
        const auto requests = client->requests();
        REQUIRE(requests.size() == 2);
        CHECK(requests[1].url == expected.target);
        CHECK(requests[1].signing.has_value() == expected.is_same_host);
        CHECK(requests[1].headers.size() == (expected.is_same_host ? 3 : 1));
        CHECK(test::header_of(requests[1], "Accept-Encoding") == "identity");
    }
}

TEST_CASE("a redirect to an unsupported place is an error") {
    struct Case {
        std::string target;
        std::string method;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {"file:///etc/passwd", "GET", ErrorCode::Unsupported, "expected http or https"},
        {"ftp://h/x", "GET", ErrorCode::Unsupported, "'ftp://h/x'"},
        {"http://h/x", "GET", ErrorCode::Io, "redirects more than 10 times"},
        {"http://h/y", "POST", ErrorCode::Io, "which is not followed"},
        {"http://h/y", "PUT", ErrorCode::Io, "which is not followed"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.target);
        test::FakeTime time;
        const HttpSession session(
            test::options_with(client_of({{.status = 301, .redirect = expected.target}})),
            time.timing());
        check_throws([&] { session.ask({.method = expected.method, .url = "http://h/x"}); },
                     expected.code, expected.message);
        CHECK(time.waits.empty());
    }
}

TEST_CASE("a response larger than its limit is refused") {
    test::FakeTime time;
    const HttpSession session(test::options_with(client_of({{.body = "12345"}})), time.timing());
    CHECK(session.ask({.url = "http://h/x"}, 5).body == "12345");
    const std::string error =
        check_throws([&] { session.ask({.url = "http://h/x"}, 4); }, ErrorCode::InvalidFormat);
    CHECK(error == "the response of 'http://h/x' is larger than 4 bytes");
}

TEST_CASE("a stop request ends a wait") {
    std::stop_source source;
    source.request_stop();
    check_throws([&] { Timing::real().wait(std::chrono::hours(1), source.get_token()); },
                 ErrorCode::Cancelled);
    const double jitter = Timing::real().jitter();
    CHECK(jitter >= 0);
    CHECK(jitter <= 1);
}

TEST_CASE("messages show no secrets of a URL") {
    struct Case {
        std::string url;
        std::string shown;
    };
    const Case cases[] = {
        {"https://h/a/b", "https://h/a/b"},
        {"https://user:secret@h/a", "https://h/a"},
        {"https://us@er:secret@h:1/a@b", "https://h:1/a@b"},
        {"https://h/a?token=secret#x", "https://h/a?..."},
        {"https://h?token=a@b/c", "https://h?..."},
        {"https://user@h", "https://h"},
        {"s3://bucket/k@y", "s3://bucket/k@y"},
        {"mailto:a@b", "mailto:a@b"},
        {"", ""},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.url);
        CHECK(redact_url(expected.url) == expected.shown);
    }
}

TEST_CASE("each status has its error code") {
    struct Case {
        int status;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {404, ErrorCode::NotFound, "'http://h/x' is not there (status 404): why"},
        {410, ErrorCode::NotFound, "'http://h/x' is not there (status 410): why"},
        {412, ErrorCode::Conflict, "'http://h/x' has changed (status 412): why"},
        {401, ErrorCode::Io, "'http://h/x' may not be read (status 401): why"},
        {403, ErrorCode::Io, "'http://h/x' may not be read (status 403): why"},
        {302, ErrorCode::Io, "the server of 'http://h/x' answers with status 302: why"},
        {500, ErrorCode::Io, "the server of 'http://h/x' answers with status 500: why"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.status);
        const std::string error = check_throws(
            [&] { throw_status("http://h/x", expected.status, "why"); }, expected.code);
        CHECK(error == expected.message);
    }
}

} // namespace
