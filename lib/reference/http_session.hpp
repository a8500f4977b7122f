// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/reference/http_client.hpp>
#include <vitrine/reference/remote_options.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace vitrine {

/// Time and chance, so that a test needs neither.
struct Timing {
    /// Waits, or throws Error with code Cancelled as soon as `stop` is requested.
    std::function<void(std::chrono::milliseconds, const std::stop_token& stop)> wait;
    std::function<std::chrono::system_clock::time_point()> now;
    std::function<double()> chance; ///< 0 to 1

    static Timing real();
};

/// An answer, and its body where that was wanted as text.
struct HttpResult {
    HttpResponse answer;
    std::string body;
};

/// One thing that is wanted of a server, by as many requests as it takes.
class HttpExchange : public HttpReceiver {
public:
    /// The request for the next attempt; asked again before each.
    virtual HttpRequest request() = 0;
    /// How many bytes it has got that it need not ask for again; never less than before.
    virtual std::uint64_t progress() const { return 0; }
    // `begin` and `piece` are called for answers 200 to 299 alone.
};

/// Requests that are sent again where that may help, and follow redirects. Safe to use from many
/// threads.
///
/// - Again after TransferError and the statuses 408, 429, 500, 502, 503, 504: see RemoteOptions.
/// - At most 10 redirects, to `http:` and `https:` alone, and never for a POST or PUT. To another
///   host no credentials go along.
class HttpSession {
public:
    /// `options.client` is not null.
    explicit HttpSession(const RemoteOptions& options, Timing timing = Timing::real());

    /// Runs an exchange to its end. The result's body is the start of the error's text where the
    /// status is 400 or more; else empty.
    /// Throws: TransferError; Cancelled; what the client and the exchange throw.
    HttpResult run(HttpExchange& exchange) const;

    /// Sends a request for a small answer, whose body may have `limit` bytes. `attempts` 0 stands
    /// for those of the options.
    HttpResult ask(const HttpRequest& request, std::uint64_t limit = kTextLimit,
                   int attempts = 0) const;

    std::chrono::system_clock::time_point now() const { return timing_.now(); }

    static constexpr std::uint64_t kTextLimit = 16 * 1024 * 1024;

private:
    class Attempt;
    HttpResult run(HttpExchange& exchange, int attempts) const;
    HttpResult follow(const HttpRequest& first, HttpExchange& exchange) const;
    std::chrono::milliseconds pause(int failures, const HttpResponse& answer) const;

    std::shared_ptr<HttpClient> client_;
    int attempts_;
    std::chrono::milliseconds retry_delay_;
    Timing timing_;
};

/// A URL for messages: no name and password, and of a query only that there is one, since either
/// may hold a secret.
std::string redact_url(std::string_view url);

/// A time in UTC, written as std::get_time's `format` says; nothing for other text, and for years
/// before 1970 or after 2261, which the clock cannot hold.
std::optional<std::chrono::system_clock::time_point> parse_utc_time(const std::string& text,
                                                                    const char* format);

/// The time of an HTTP header ("Sun, 06 Nov 1994 08:49:37 GMT"); nothing for other text.
std::optional<std::chrono::system_clock::time_point> parse_http_date(const std::string& text);

/// Throws the error that a status of 400 or more (or another that is not wanted) stands for:
/// NotFound for 404 and 410, Conflict for 412, else Io. `detail` is what the server says of it.
[[noreturn]] void throw_status(std::string_view uri, int status, std::string_view detail);

} // namespace vitrine
