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

/// The clock and the jitter of pauses, which a test replaces.
struct Timing {
    /// Waits, or throws Error with code Cancelled as soon as `stop` is requested.
    std::function<void(std::chrono::milliseconds, const std::stop_token& stop)> wait;
    std::function<std::chrono::system_clock::time_point()> now;
    std::function<double()> jitter; ///< returns 0 to 1: how much of a pause is left out

    static Timing real();
};

/// A response, and its body if it was asked for as text.
struct HttpResult {
    HttpResponse response;
    std::string body;
};

/// Something to get from a server, by one or more requests.
class HttpExchange : public HttpReceiver {
public:
    /// Returns the request for the next attempt; called before each.
    virtual HttpRequest request() = 0;
    /// Bytes received that need not be requested again; never decreases.
    virtual std::uint64_t progress() const { return 0; }
    // on_response and on_data are called only for statuses 200 to 299.
};

/// Sends requests, retries them where that may help, and follows redirects. Safe to use from many
/// threads.
///
/// - Retries after TransferError and the statuses 408, 429, 500, 502, 503, 504: see RemoteOptions.
/// - Follows at most 10 redirects, only to `http:` and `https:`, and never for a POST or PUT.
///   Credentials are not sent to another host.
class HttpSession {
public:
    /// `options.client` is not null.
    explicit HttpSession(const RemoteOptions& options, Timing timing = Timing::real());

    /// Performs an exchange to its end. The result's body is empty, or the start of the error's
    /// text if the status is 400 or more.
    /// Throws: TransferError; Cancelled; what the client and the exchange throw.
    HttpResult perform(HttpExchange& exchange) const;

    /// Sends a request for a small response, whose body has at most `limit` bytes. 0 `attempts`:
    /// as many as the options say.
    HttpResult ask(const HttpRequest& request, std::uint64_t limit = kTextLimit,
                   int attempts = 0) const;

    std::chrono::system_clock::time_point now() const { return timing_.now(); }

    static constexpr std::uint64_t kTextLimit = 16 * 1024 * 1024;

private:
    class Attempt;
    HttpResult perform(HttpExchange& exchange, int attempts) const;
    HttpResult follow(const HttpRequest& first, HttpExchange& exchange) const;
    std::chrono::milliseconds pause(int failures, const HttpResponse& response) const;

    std::shared_ptr<HttpClient> client_;
    int attempts_;
    std::chrono::milliseconds retry_delay_;
    Timing timing_;
};

/// Returns a URL that is safe to show in messages: without name and password, and with the query
/// as "?...", since both may contain secrets.
std::string redact_url(std::string_view url);

/// A time in UTC, written as std::get_time's `format` says; nothing for other text, and for years
/// before 1970 or after 2261, which the clock cannot hold.
std::optional<std::chrono::system_clock::time_point> parse_utc_time(const std::string& text,
                                                                    const char* format);

/// The time of an HTTP header ("Sun, 06 Nov 1994 08:49:37 GMT"); nothing for other text.
std::optional<std::chrono::system_clock::time_point> parse_http_date(const std::string& text);

/// Throws the error that a status of 400 or more (or another that is not wanted) stands for:
/// NotFound for 404 and 410, Conflict for 412, else Io. `detail` is what the server says about it.
[[noreturn]] void throw_status(std::string_view uri, int status, std::string_view detail);

} // namespace vitrine
