// SPDX-License-Identifier: MIT
// libcurl against a server of this process that answers rightly, fails, stalls and lies.
#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"
#include "reference/curl_client.hpp"
#include "reference/download.hpp"
#include "reference/fixture.hpp"
#include "support/check_throws.hpp"
#include "support/http_server.hpp"
#include "support/skip.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace vitrine;
using test::check_throws;
using test::Connection;
using test::http_answer;
using test::HttpServer;
using test::ServedRequest;

/// The client, or null where this build has none; the test is skipped then.
std::shared_ptr<HttpClient> client_for(RemoteOptions options) {
    auto client = make_curl_client(options);
    if (!client) {
        test::skip("this build has no libcurl");
    }
    return client;
}

/// Options whose requests stall soon, and an environment that names no proxy.
RemoteOptions quick_options(test::Variables variables = {}) {
    RemoteOptions options = test::options_with(nullptr, std::move(variables));
    options.stall_timeout = std::chrono::milliseconds(200);
    return options;
}

const std::string& big_body() {
    static const std::string body = [] {
        std::string text;
        for (int i = 0; text.size() < 300'000; ++i) {
            text += std::to_string(i) + " ";
        }
        return text;
    }();
    return body;
}

struct Fetched {
    std::string text;
    std::size_t requests = 0;
};

/// Downloads from a server that is told how to answer.
Fetched fetch(const HttpServer& server, RemoteOptions options,
              std::optional<std::uint64_t> size = big_body().size(), std::stop_token stop = {}) {
    test::FakeTime time;
    const HttpSession session(options, time.timing());
    Download wanted;
    wanted.uri = server.url("/x");
    wanted.request = [&] {
        return HttpRequest{.url = server.url("/x"), .netrc = true, .stop = stop};
    };
    wanted.check = [](const HttpResponse&) { return std::optional<std::string>(); };
    wanted.size = size;
    wanted.limit = 1'000'000;
    StringSink sink;
    download(session, wanted, sink);
    return {sink.text, server.requests().size()};
}

/// A good answer to a request for all or a part of the body.
std::string good_answer(const ServedRequest& request, std::string_view etag = "\"e\"") {
    const std::string range = request.header("Range");
    if (range.empty() || request.header("If-Range") != etag) {
        return http_answer(200, {{"ETag", std::string(etag)}}, big_body());
    }
    const std::size_t first = std::stoul(range.substr(6));
    return http_answer(206,
                       {{"ETag", std::string(etag)},
                        {"Content-Range", concat("bytes ", first, "-", big_body().size() - 1, "/",
                                                 big_body().size())}},
                       std::string_view(big_body()).substr(first));
}

TEST_CASE("failures, broken transfers and redirects of a server are handled") {
    RemoteOptions options = quick_options();
    options.client = client_for(options);
    if (!options.client) {
        return;
    }
    struct Case {
        std::string what;
        std::function<void(const ServedRequest&, Connection&, int attempt)> serve;
        std::size_t requests;
    };
    const Case cases[] = {
        {"rightly",
         [](const ServedRequest& request, Connection& to, int) { to.send(good_answer(request)); },
         1},
        {"in chunks",
         [](const ServedRequest&, Connection& to, int) {
             std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
             text += "3\r\n" + big_body().substr(0, 3) + "\r\n";
             std::ostringstream size;
             size << std::hex << big_body().size() - 3;
             text += size.str() + "\r\n" + big_body().substr(3) + "\r\n0\r\nX-Trailer: 1\r\n\r\n";
             to.send(text);
         },
         1},
        {"until it closes",
         [](const ServedRequest&, Connection& to, int) {
             to.send("HTTP/1.0 200 OK\r\n\r\n" + big_body());
         },
         1},
        {"twice an error",
         [](const ServedRequest& request, Connection& to, int attempt) {
             to.send(attempt < 2 ? http_answer(500, {}, "sorry") : good_answer(request));
         },
         3},
        {"nothing at first",
         [](const ServedRequest& request, Connection& to, int attempt) {
             if (attempt > 0) {
                 to.send(good_answer(request));
             }
         },
         2},
        {"broken off in the middle",
         [](const ServedRequest& request, Connection& to, int attempt) {
             const std::string answer = good_answer(request);
             to.send(attempt < 3 ? std::string_view(answer).substr(0, 50'000) : answer);
         },
         4},
        {"broken off in the head",
         [](const ServedRequest& request, Connection& to, int attempt) {
             const std::string answer = good_answer(request);
             to.send(attempt < 1 ? std::string_view(answer).substr(0, 20) : answer);
         },
         2},
        {"a stall in the middle",
         [](const ServedRequest& request, Connection& to, int attempt) {
             const std::string answer = good_answer(request);
             if (attempt == 0) {
                 to.send(std::string_view(answer).substr(0, 50'000));
                 to.wait_until_left();
             } else {
                 to.send(answer);
             }
         },
         2},
        {"a stall before the head",
         [](const ServedRequest& request, Connection& to, int attempt) {
             if (attempt == 0) {
                 to.wait_until_left();
             } else {
                 to.send(good_answer(request));
             }
         },
         2},
        {"from elsewhere",
         [](const ServedRequest& request, Connection& to, int) {
             to.send(request.target == "/x" ? http_answer(302, {{"Location", "/deep/y"}}, "go")
                     : request.target == "/deep/y" ? http_answer(307, {{"Location", "z?a=b"}}, "")
                     : request.target == "/deep/z?a=b" ? good_answer(request)
                                                       : http_answer(404, {}, ""));
         },
         3},
        {"other bytes after a break",
         [](const ServedRequest& request, Connection& to, int attempt) {
             const std::string answer = good_answer(request, attempt == 0 ? "\"old\"" : "\"new\"");
             to.send(attempt == 0 ? std::string_view(answer).substr(0, 50'000) : answer);
         },
         2},
        {"after an answer 100",
         [](const ServedRequest& request, Connection& to, int) {
             to.send("HTTP/1.1 103 Early Hints\r\nETag: \"no\"\r\n\r\n" + good_answer(request));
         },
         1},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.what);
        std::atomic<int> attempt{0};
        const HttpServer server([&](const ServedRequest& request, Connection& to) {
            expected.serve(request, to, attempt++);
        });
        const Fetched fetched = fetch(server, options);
        CHECK(fetched.text == big_body());
        CHECK(fetched.requests == expected.requests);
    }
}

TEST_CASE("a wrong or endless response is an error") {
    RemoteOptions options = quick_options();
    options.attempts = 3;
    options.client = client_for(options);
    if (!options.client) {
        return;
    }
    const std::uint64_t size = big_body().size();
    struct Case {
        std::string what;
        std::function<void(const ServedRequest&, Connection&)> serve;
        std::optional<std::uint64_t> size;
        ErrorCode code;
        std::string message;
        std::size_t requests;
    };
    const auto send = [](std::string text) {
        return [text](const ServedRequest&, Connection& to) { to.send(text); };
    };
    const auto send_for_ever = [](std::string head, std::string piece) {
        return [head, piece](const ServedRequest&, Connection& to) {
            to.send(head);
            while (to.send(piece)) {
            }
        };
    };
    const Case cases[] = {
        {"a Content-Length that is too large",
         send(http_answer(200, {{"Content-Length", std::to_string(size)}}, "short")), size,
         ErrorCode::Io, "cannot read from", 3},
        {"a Content-Length of another object", send(http_answer(200, {}, "another")), size,
         ErrorCode::Conflict, "expected " + std::to_string(size) + " bytes, got 7", 1},
        {"a Content-Length that is none",
         send(http_answer(200, {{"Content-Length", "many"}}, big_body())), size, ErrorCode::Io,
         "cannot read from", 3},
        {"more bytes than were recorded", send("HTTP/1.0 200 OK\r\n\r\n" + big_body() + "x"), size,
         ErrorCode::Conflict, "got more", 1},
        {"an endless body of unknown size",
         send_for_ever("HTTP/1.0 200 OK\r\n\r\n", std::string(100'000, 'x')), std::nullopt,
         ErrorCode::InvalidFormat, "larger than the limit of 1000000 bytes", 1},
        {"an endless head",
         send_for_ever("HTTP/1.1 200 OK\r\n", "X-A: " + std::string(1000, 'x') + "\r\n"), size,
         ErrorCode::InvalidFormat, "larger than 262144 bytes", 1},
        {"an endless error", send_for_ever("HTTP/1.0 500 X\r\n\r\n", std::string(1'000'000, 'x')),
         size, ErrorCode::Io, "does not end", 3},
        {"a stall for ever", [](const ServedRequest&, Connection& to) { to.wait_until_left(); },
         size, ErrorCode::Io, "stalls: fewer than 1024 bytes in 200 ms", 3},
        {"what is no HTTP", send("220 ftp ready\r\n"), size, ErrorCode::Io, "cannot read from", 1},
        {"a redirect in a circle", send(http_answer(302, {{"Location", "/x"}}, "")), size,
         ErrorCode::Io, "redirects more than 10 times", 11},
        {"a redirect to a file", send(http_answer(302, {{"Location", "file:///etc/passwd"}}, "")),
         size, ErrorCode::Unsupported, "redirects to 'file:///etc/passwd'", 1},
        {"a redirect to an unknown scheme",
         send(http_answer(302, {{"Location", "javascript:alert(1)"}}, "")), size,
         ErrorCode::Unsupported, "redirects to 'javascript:alert(1)'", 1},
        {"no rights", send(http_answer(403, {}, "")), size, ErrorCode::Io,
         "may not be read (status 403)", 1},
        {"not there", send(http_answer(404, {}, "")), size, ErrorCode::NotFound, "is not there", 1},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.what);
        const HttpServer server(expected.serve);
        check_throws([&] { fetch(server, options, expected.size); }, expected.code,
                     expected.message);
        CHECK(server.requests().size() == expected.requests);
    }
}

TEST_CASE("a stop request ends a transfer at once") {
    RemoteOptions options = quick_options();
    options.stall_timeout = std::chrono::hours(1);
    options.client = client_for(options);
    if (!options.client) {
        return;
    }
    std::stop_source source;
    const HttpServer server([&](const ServedRequest& request, Connection& to) {
        to.send(std::string_view(good_answer(request)).substr(0, 50'000));
        source.request_stop();
        to.wait_until_left();
    });
    check_throws([&] { fetch(server, options, big_body().size(), source.get_token()); },
                 ErrorCode::Cancelled);
}

TEST_CASE("a host that does not respond is an error that names it") {
    RemoteOptions options = quick_options();
    options.client = client_for(options);
    if (!options.client) {
        return;
    }
    std::string url;
    {
        const HttpServer gone([](const ServedRequest&, Connection&) {});
        url = gone.url("/x?secret=1");
    }
    test::FakeTime time;
    const HttpSession session(options, time.timing());
    const std::string error = check_throws([&] { session.ask({.url = url}); }, ErrorCode::Io);
    CHECK(error.find("cannot read from 'http://127.0.0.1:") == 0);
    CHECK(error.find("secret") == std::string::npos);
    CHECK(time.waits.size() == 4);
}

TEST_CASE("text that is not an HTTP URL is refused") {
    RemoteOptions options = quick_options();
    options.client = client_for(options);
    if (!options.client) {
        return;
    }
    const HttpSession session(options);
    for (const char* url : {"file:///etc/passwd", "ftp://h/x", "http://", "http://h:port/", "x"}) {
        CAPTURE(url);
        CHECK_THROWS_AS(session.ask({.url = url}), Error);
    }
}

TEST_CASE("requests are sent as given, with the name and password for their host") {
    const TemporaryDirectory folder;
    test::write_text(folder.path() / "netrc", "machine 127.0.0.1 login ann password pw\n");
    RemoteOptions options =
        quick_options({{"NETRC", (folder.path() / "netrc").native()}, {"HOME", "/nowhere"}});
    options.client = client_for(options);
    if (!options.client) {
        return;
    }
    const HttpServer server([](const ServedRequest&, Connection& to) {
        to.send(http_answer(200, {{"X-Test", "  a b  "}}, "body"));
    });
    const HttpSession session(options);
    const std::string of_netrc = "Basic " + render_base64("ann:pw");
    struct Case {
        HttpRequest request;
        std::string authorization;
        std::string target;
    };
    const std::string with_user = concat("http://bob:s%40@127.0.0.1:", server.port(), "/a");
    const Case cases[] = {
        {{.url = server.url("/a/../b%20c?q=%2F#part")}, "", "/a/../b%20c?q=%2F"},
        {{.url = server.url("/ä b")}, "", "/%c3%a4%20b"},
        {{.url = server.url("/a"), .netrc = true}, of_netrc, "/a"},
        {{.url = with_user, .netrc = true}, "Basic " + render_base64("bob:s@"), "/a"},
        {{.url = server.url("/a"), .headers = {{"Authorization", "Bearer t"}}}, "Bearer t", "/a"},
        {{.method = "HEAD", .url = server.url("/a")}, "", "/a"},
        {{.method = "POST", .url = server.url("/a"), .body = "x=1"}, "", "/a"},
        {{.method = "PUT", .url = server.url("/a")}, "", "/a"},
    };
    std::size_t count = 0;
    for (const Case& expected : cases) {
        CAPTURE(expected.request.url);
        const HttpResult result = session.ask(expected.request);
        CHECK(result.response.status == 200);
        REQUIRE(result.response.find("x-test") != nullptr);
        CHECK(*result.response.find("x-test") == "a b");
        CHECK(result.body == (expected.request.method == "HEAD" ? "" : "body"));
        const ServedRequest served = server.requests().at(count++);
        CHECK(served.method == expected.request.method);
        CHECK(served.target == expected.target);
        CHECK(served.body == expected.request.body);
        CHECK(served.header("Authorization") == expected.authorization);
        CHECK(served.header("User-Agent") == "vitrine");
    }
}

TEST_CASE("many threads share a client") {
    RemoteOptions options = quick_options();
    options.stall_timeout = std::chrono::minutes(5);
    options.client = client_for(options);
    if (!options.client) {
        return;
    }
    const HttpServer server([](const ServedRequest& request, Connection& to) {
        to.send(http_answer(200, {}, request.target));
    });
    const HttpSession session(options);
    std::atomic<int> right{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                for (int j = 0; j < 10; ++j) {
                    const std::string target = concat("/", i, "/", j);
                    right += session.ask({.url = server.url(target)}).body == target ? 1 : 0;
                }
            });
        }
    }
    CHECK(right == 80);
}

} // namespace
