// SPDX-License-Identifier: MIT
#include "reference/http_session.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/uri.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <ctime>
#include <iomanip>
#include <locale>
#include <mutex>
#include <random>
#include <sstream>
#include <utility>

namespace vitrine {

namespace {

using std::chrono::milliseconds;

constexpr int kMaxRedirects = 10;
constexpr milliseconds kLongestPause{20000};
constexpr milliseconds kLongestRetryAfter{60000};
constexpr std::array kTransientStatuses = {408, 429, 500, 502, 503, 504};
/// Bytes after which a transfer has made progress, so that failures are counted from 0 again.
constexpr std::uint64_t kProgress = 1024 * 1024;
constexpr std::size_t kErrorTextLimit = 4096;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_transient(int status) {
    return std::ranges::find(kTransientStatuses, status) != kTransientStatuses.end();
}

/// Returns "https://host:port" of a URL, without user name and password.
std::string origin_of(std::string_view url) {
    const Uri uri = Uri::parse(url);
    std::string host = uri.host.substr(uri.host.rfind('@') + 1);
    std::ranges::transform(host, host.begin(), lower);
    return uri.scheme + "://" + host;
}

/// Removes everything that could identify the user to another host.
void drop_credentials(HttpRequest& request) {
    request.signing.reset();
    constexpr std::array<std::string_view, 4> kSafe = {"Range", "If-Range", "Accept-Encoding",
                                                       "Accept"};
    std::erase_if(request.headers, [&](const HttpHeader& header) {
        return std::ranges::none_of(
            kSafe, [&](std::string_view name) { return is_same_name(name, header.name); });
    });
}

/// Returns the request to which a redirect leads. Throws: Unsupported; IoError.
HttpRequest redirected(HttpRequest request, const HttpResponse& response) {
    const std::string scheme = Uri::parse(response.redirect).scheme;
    if (scheme != "http" && scheme != "https") {
        throw Error(ErrorCode::Unsupported,
                    concat(quoted(redact_url(request.url)), " redirects to ",
                           quoted(redact_url(response.redirect)), ": expected http or https"));
    }
    if (request.method != "GET" && request.method != "HEAD") {
        throw Error(ErrorCode::Io,
                    concat(quoted(redact_url(request.url)), " is redirected (status ",
                           response.status,
                           "), which is not followed for a request that sends data"));
    }
    if (origin_of(response.redirect) != origin_of(request.url)) {
        drop_credentials(request);
    }
    request.url = response.redirect;
    return request;
}

std::optional<milliseconds> retry_after(const HttpResponse& response,
                                        std::chrono::system_clock::time_point now) {
    const std::string* text = response.find("Retry-After");
    if (text == nullptr) {
        return std::nullopt;
    }
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (error == std::errc() && end == text->data() + text->size()) {
        return std::min(kLongestRetryAfter, milliseconds(std::chrono::seconds(seconds)));
    }
    if (const auto date = parse_http_date(*text)) {
        const auto wait = std::chrono::duration_cast<milliseconds>(*date - now);
        return std::clamp(wait, milliseconds(0), kLongestRetryAfter);
    }
    return std::nullopt;
}

/// Reads a small response into memory.
class TextExchange : public HttpExchange {
public:
    TextExchange(const HttpRequest& request, std::uint64_t limit)
        : request_(request), limit_(limit) {}

    HttpRequest request() override { return request_; }
    bool on_response(const HttpResponse&) override {
        text.clear();
        return true;
    }
    void on_data(std::span<const std::byte> bytes) override {
        if (text.size() + bytes.size() > limit_) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("the response of ", quoted(redact_url(request_.url)),
                               " is larger than ", limit_, " bytes"));
        }
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    std::string text;

private:
    const HttpRequest& request_;
    std::uint64_t limit_;
};

} // namespace

const std::string* HttpResponse::find(std::string_view name) const {
    const auto found =
        std::find_if(headers.rbegin(), headers.rend(),
                     [&](const HttpHeader& header) { return is_same_name(header.name, name); });
    return found == headers.rend() ? nullptr : &found->value;
}

Timing Timing::real() {
    Timing timing;
    timing.wait = [](milliseconds time, const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, time, [] { return false; });
        if (stop.stop_requested()) {
            throw Error(ErrorCode::Cancelled, "cancelled");
        }
    };
    timing.now = [] { return std::chrono::system_clock::now(); };
    timing.jitter = [] {
        thread_local std::minstd_rand engine{std::random_device{}()};
        return std::uniform_real_distribution<double>(0, 1)(engine);
    };
    return timing;
}

HttpSession::HttpSession(const RemoteOptions& options, Timing timing)
    : client_(options.client), attempts_(std::max(options.attempts, 1)),
      retry_delay_(options.retry_delay), timing_(std::move(timing)) {}

/// Passes the body of a successful response to the exchange, and keeps the text of an error.
class HttpSession::Attempt : public HttpReceiver {
public:
    explicit Attempt(HttpExchange& exchange) : exchange_(exchange) {}

    bool on_response(const HttpResponse& response) override {
        is_error_ = response.status >= 400;
        if (response.status >= 200 && response.status < 300) {
            return exchange_.on_response(response);
        }
        return is_error_;
    }
    void on_data(std::span<const std::byte> bytes) override {
        if (!is_error_) {
            exchange_.on_data(bytes);
            return;
        }
        error_size_ += bytes.size();
        const std::size_t room = kErrorTextLimit - std::min(kErrorTextLimit, error_text.size());
        error_text.append(reinterpret_cast<const char*>(bytes.data()),
                          std::min(room, bytes.size()));
        if (error_size_ > HttpSession::kTextLimit) {
            throw TransferError("the text of an error does not end");
        }
    }

    std::string error_text;

private:
    HttpExchange& exchange_;
    bool is_error_ = false;
    std::uint64_t error_size_ = 0;
};

HttpResult HttpSession::follow(const HttpRequest& first, HttpExchange& exchange) const {
    HttpRequest request = first;
    for (int redirects = 0;; ++redirects) {
        Attempt attempt(exchange);
        HttpResponse response = client_->send(request, attempt);
        if (response.redirect.empty()) {
            return {std::move(response), std::move(attempt.error_text)};
        }
        if (redirects == kMaxRedirects) {
            throw Error(ErrorCode::Io, concat(quoted(redact_url(first.url)),
                                              " redirects more than ", kMaxRedirects, " times"));
        }
        request = redirected(std::move(request), response);
    }
}

milliseconds HttpSession::pause(int failures, const HttpResponse& response) const {
    if (const auto asked = retry_after(response, timing_.now())) {
        return *asked;
    }
    const milliseconds longest =
        std::min(kLongestPause, retry_delay_ * (1 << std::min(failures - 1, 16)));
    return std::chrono::duration_cast<milliseconds>(longest * (1 - timing_.jitter() / 2));
}

HttpResult HttpSession::perform(HttpExchange& exchange, int attempts) const {
    std::uint64_t reached = 0;
    for (int failures = 0;;) {
        HttpResponse response;
        const HttpRequest request = exchange.request();
        try {
            HttpResult result = follow(request, exchange);
            if (!is_transient(result.response.status) || failures + 1 >= attempts) {
                return result;
            }
            response = std::move(result.response);
        } catch (const TransferError&) {
            if (exchange.progress() >= reached + kProgress) {
                reached = exchange.progress();
                failures = 0;
            }
            if (failures + 1 >= attempts) {
                throw;
            }
        }
        ++failures;
        timing_.wait(pause(failures, response), request.stop);
    }
}

HttpResult HttpSession::perform(HttpExchange& exchange) const {
    return perform(exchange, attempts_);
}

HttpResult HttpSession::ask(const HttpRequest& request, std::uint64_t limit, int attempts) const {
    TextExchange exchange(request, limit);
    HttpResult result = perform(exchange, attempts > 0 ? attempts : attempts_);
    if (result.response.status < 400) {
        result.body = std::move(exchange.text);
    }
    return result;
}

std::string redact_url(std::string_view url) {
    std::string redacted(url.substr(0, url.find_first_of("?#")));
    if (url.find('?') != std::string_view::npos) {
        redacted += "?...";
    }
    const std::size_t start = redacted.find("//");
    if (start == std::string::npos) {
        return redacted;
    }
    const std::size_t end = std::min(redacted.find('/', start + 2), redacted.size());
    const std::size_t at = redacted.rfind('@', end);
    if (at != std::string::npos && at > start) {
        redacted.erase(start + 2, at - start - 1);
    }
    return redacted;
}

std::optional<std::chrono::system_clock::time_point> parse_utc_time(const std::string& text,
                                                                    const char* format) {
    std::tm time = {};
    std::istringstream stream(text);
    stream.imbue(std::locale::classic());
    stream >> std::get_time(&time, format);
    // The clock counts nanoseconds in 64 bits: it ends in 2262. Two times from 1970 on can be
    // subtracted as well.
    const int year = time.tm_year + 1900;
    if (stream.fail() || year < 1970 || year > 2261) {
        return std::nullopt;
    }
    return std::chrono::system_clock::from_time_t(::timegm(&time));
}

std::optional<std::chrono::system_clock::time_point> parse_http_date(const std::string& text) {
    return parse_utc_time(text, "%a, %d %b %Y %H:%M:%S GMT");
}

void throw_status(std::string_view uri, int status, std::string_view detail) {
    const std::string said = detail.empty() ? std::string() : concat(": ", detail);
    const std::string what = quoted(redact_url(uri));
    switch (status) {
    case 404:
    case 410:
        throw Error(ErrorCode::NotFound, concat(what, " is not there (status ", status, ")", said));
    case 412:
        throw Error(ErrorCode::Conflict, concat(what, " has changed (status 412)", said));
    case 401:
    case 403:
        throw Error(ErrorCode::Io, concat(what, " may not be read (status ", status, ")", said));
    default:
        throw Error(ErrorCode::Io,
                    concat("the server of ", what, " answers with status ", status, said));
    }
}

} // namespace vitrine
