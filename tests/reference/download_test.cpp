// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>

#include "core/text.hpp"
#include "reference/download.hpp"
#include "reference/fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace vitrine;
using test::check_throws;
using test::RecordedAnswer;
using test::RecordedClient;

const std::string kBody = "0123456789";

/// A server that loses the connection after each `step` bytes.
struct Flaky {
    std::string etag = "\"e\"";
    std::size_t step = 4;
    bool knows_ranges = true;

    RecordedAnswer operator()(const HttpRequest& request) const {
        std::size_t first = 0;
        RecordedAnswer answer;
        if (!etag.empty()) {
            answer.headers.push_back({"ETag", etag});
        }
        const std::string range = test::header_of(request, "Range");
        if (knows_ranges && !range.empty() && test::header_of(request, "If-Range") == etag) {
            first = std::stoul(range.substr(std::string("bytes=").size()));
            answer.status = 206;
            answer.headers.push_back(
                {"Content-Range",
                 concat("bytes ", first, "-", kBody.size() - 1, "/", kBody.size())});
        }
        answer.body = kBody.substr(first, step);
        answer.breaks = first + step < kBody.size();
        return answer;
    }
};

Download wanted_of(std::optional<std::uint64_t> size = std::nullopt) {
    Download wanted;
    wanted.uri = "http://h/x";
    wanted.request = [] { return HttpRequest{.url = "http://h/x"}; };
    wanted.check = [](const HttpResponse&) { return std::optional<std::string>(); };
    wanted.size = size;
    wanted.limit = 1000;
    return wanted;
}

std::string fetch(const RecordedClient::Answer& answer, const Download& wanted,
                  std::vector<std::string>* ranges = nullptr) {
    test::FakeTime time;
    const auto client = std::make_shared<RecordedClient>(answer);
    const HttpSession session(test::options_with(client), time.timing());
    StringSink sink;
    try {
        download(session, wanted, sink);
    } catch (...) {
        if (ranges != nullptr) {
            ranges->push_back(std::to_string(client->requests().size()));
        }
        throw;
    }
    if (ranges != nullptr) {
        for (const HttpRequest& request : client->requests()) {
            ranges->push_back(test::header_of(request, "Range"));
        }
    }
    return sink.text;
}

TEST_CASE("a broken transfer resumes where it stopped") {
    std::vector<std::string> ranges;
    CHECK(fetch(Flaky{}, wanted_of(10), &ranges) == kBody);
    CHECK(ranges == std::vector<std::string>{"", "bytes=4-", "bytes=8-"});
}

TEST_CASE("without a strong ETag or support for ranges, a transfer starts again") {
    const Flaky cases[] = {{.etag = ""}, {.etag = "W/\"e\""}, {.knows_ranges = false}};
    for (const Flaky& flaky : cases) {
        CAPTURE(flaky.etag);
        int attempt = 0;
        const auto recovery = [&](const HttpRequest& request) {
            Flaky now = flaky;
            now.step = ++attempt < 3 ? 4 : 100;
            return now(request);
        };
        CHECK(fetch(recovery, wanted_of(10)) == kBody);
        CHECK(attempt == 3);
        // It does not go on for ever.
        std::vector<std::string> attempts;
        check_throws([&] { fetch(flaky, wanted_of(10), &attempts); }, ErrorCode::Io);
        CHECK(attempts == std::vector<std::string>{"5"});
    }
}

TEST_CASE("each MiB received resets the count of attempts") {
    const std::string mib(1024 * 1024, 'x');
    const auto slow = [&](const HttpRequest& request) {
        const std::string range = test::header_of(request, "Range");
        const std::size_t first = range.empty() ? 0 : std::stoul(range.substr(6));
        RecordedAnswer answer;
        answer.status = range.empty() ? 200 : 206;
        answer.headers = {
            {"ETag", "\"e\""},
            {"Content-Range", concat("bytes ", first, "-", 20 * mib.size() - 1, "/*")}};
        answer.body = mib;
        answer.breaks = first + mib.size() < 20 * mib.size();
        return answer;
    };
    CHECK(fetch(slow, wanted_of(20 * mib.size())).size() == 20 * mib.size());
}

TEST_CASE("a transfer that always breaks at the same place is an error") {
    const std::string part(2 * 1024 * 1024, 'x');
    int attempts = 0;
    const auto stuck = [&](const HttpRequest&) {
        ++attempts;
        return RecordedAnswer{.body = part, .breaks = true};
    };
    Download wanted = wanted_of();
    wanted.limit = 2 * part.size();
    check_throws([&] { fetch(stuck, wanted); }, ErrorCode::Io);
    CHECK(attempts == 5); // only the first one got on
}

TEST_CASE("wrong sizes and bytes of a server are detected") {
    struct Case {
        std::string what;
        RecordedClient::Answer answer;
        Download wanted;
        ErrorCode code;
        std::string message;
    };
    const auto always = [](RecordedAnswer answer) {
        return [answer](const HttpRequest&) { return answer; };
    };
    Download with_md5 = wanted_of(10);
    with_md5.check = [](const HttpResponse&) {
        return std::optional(digests_of(std::string_view("other")).md5.base64());
    };
    Download limited = wanted_of();
    limited.limit = 9;
    const Case cases[] = {
        {"another size", always({.headers = {{"Content-Length", "11"}}, .body = kBody}),
         wanted_of(10), ErrorCode::Conflict, "has changed: expected 10 bytes, got 11"},
        {"more than it says", always({.body = kBody + "x"}), wanted_of(10), ErrorCode::Conflict,
         "expected 10 bytes, got more"},
        {"less", always({.body = "012"}), wanted_of(10), ErrorCode::Conflict,
         "expected 10 bytes, got 3"},
        {"an empty body", always({.status = 204}), wanted_of(10), ErrorCode::Conflict, "got 0"},
        {"too large by its head", always({.headers = {{"Content-Length", "10"}}}), limited,
         ErrorCode::InvalidFormat, "larger than the limit of 9 bytes"},
        {"too large", always({.body = kBody}), limited, ErrorCode::InvalidFormat,
         "larger than the limit of 9 bytes"},
        {"other bytes", always({.body = kBody}), with_md5, ErrorCode::Corruption, "is damaged"},
        {"a part that nobody asked for",
         always({.status = 206, .headers = {{"Content-Range", "bytes 5-9/10"}}, .body = "56789"}),
         wanted_of(10), ErrorCode::Io, "another part"},
        {"a part without a name", always({.status = 206, .body = kBody}), wanted_of(10),
         ErrorCode::Io, "another part"},
        {"a part of more",
         always({.status = 206, .headers = {{"Content-Range", "bytes 0-9/11"}}, .body = kBody}),
         wanted_of(10), ErrorCode::Conflict, "got 11"},
        {"gone", always({.status = 404}), wanted_of(10), ErrorCode::NotFound, "is not there"},
        {"a redirect without a target", always({.status = 302}), wanted_of(10), ErrorCode::Io,
         "status 302"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.what);
        const std::string error = check_throws([&] { fetch(expected.answer, expected.wanted); },
                                               expected.code, expected.message);
        CHECK(error.find("'http://h/x'") != std::string::npos);
    }
}

TEST_CASE("bytes of two versions are never put together") {
    // The server forgets If-Range, and the object changes after the first part.
    int attempt = 0;
    const auto changing = [&](const HttpRequest& request) {
        Flaky now;
        now.step = 6;
        RecordedAnswer answer = now(request);
        if (++attempt == 2) {
            answer.headers[0].value = "\"other\"";
            answer.body = "xxxx";
        }
        return answer;
    };
    CHECK(fetch(changing, wanted_of(10)) == kBody);
    CHECK(attempt == 4);
}

TEST_CASE("if a range is beyond the end, all bytes are requested") {
    // All came, but the connection was lost before the client could know.
    int attempt = 0;
    const auto server = [&](const HttpRequest& request) {
        RecordedAnswer answer{.headers = {{"ETag", "\"e\""}}, .body = kBody};
        if (!test::header_of(request, "Range").empty()) {
            return RecordedAnswer{.status = 416};
        }
        answer.breaks = ++attempt == 1;
        return answer;
    };
    CHECK(fetch(server, wanted_of()) == kBody);
    CHECK(attempt == 2);
}

} // namespace
