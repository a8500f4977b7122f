// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/export.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// A header of a request or response.
struct HttpHeader {
    std::string name;  ///< in any case: "ETag"
    std::string value; ///< as sent

    bool operator==(const HttpHeader&) const = default;
};

/// The keys and scope that sign a request (AWS Signature Version 4).
struct AwsSigning {
    std::string access_key; ///< the id of the key
    std::string secret_key; ///< never sent or logged
    std::string region;     ///< "us-east-1"
    std::string service;    ///< "s3"
};

/// One request. A client keeps nothing of it for the next one.
struct HttpRequest {
    std::string method = "GET"; ///< "GET", "HEAD", "POST" or "PUT"
    std::string url;            ///< `http:` or `https:`, with a path that is percent-encoded
    std::vector<HttpHeader> headers = {};
    std::string body = {}; ///< none if empty
    /// If set, the client signs the request, including the headers above.
    std::optional<AwsSigning> signing = {};
    /// Whether a name and password for the host may be taken from the user's netrc file.
    bool netrc = false;
    /// Bypasses any proxy: for services of the machine itself.
    bool direct = false;
    /// The longest wait for a connection; 0: the client's own limit.
    std::chrono::milliseconds connect_timeout{0};
    /// Ends the exchange with the code Cancelled; never stops by default.
    std::stop_token stop = {};
};

/// The status and headers of a response.
struct VITRINE_EXPORT HttpResponse {
    int status = 0; ///< the status code: 200
    std::vector<HttpHeader> headers = {};
    /// The absolute URL that a redirect (3xx) points to; "" for other responses.
    std::string redirect = {};

    /// Returns the value of the last header with that name (case-insensitive), or null. Valid while
    /// this response lives and its headers do not change.
    const std::string* find(std::string_view name) const;
};

/// Receives a response as it arrives. An exception that it throws ends the exchange and passes
/// through `send`.
class VITRINE_EXPORT HttpReceiver {
public:
    virtual ~HttpReceiver() = default;

    /// Called once all headers have arrived. If it returns false, the body is not read and the
    /// exchange ends.
    virtual bool on_response(const HttpResponse& response) = 0;
    /// Called with the next bytes of the body. They are valid during the call alone.
    virtual void on_data(std::span<const std::byte> bytes) = 0;
};

/// The exchange failed before its end: no connection, a stall, or a body shorter than announced.
/// The same request may succeed when it is sent again. The code is Io.
class VITRINE_EXPORT TransferError : public Error {
public:
    /// `message` must contain no credentials.
    explicit TransferError(std::string message) : Error(ErrorCode::Io, std::move(message)) {}
};

/// Sends HTTP requests. The default client uses libcurl; a program can pass another one, to use its
/// own network code or to replay a recording.
///
/// A client does no retries, redirects, credentials or checks: vitrine does these. It must be safe
/// to use from many threads at once.
class VITRINE_EXPORT HttpClient {
public:
    virtual ~HttpClient() = default;

    /// Sends one request, passes the response to `receiver`, and returns its status and headers,
    /// whatever the status. Follows no redirect. Error messages must contain no credentials.
    /// Throws: TransferError; Error with code Cancelled after a stop is requested, or with another
    /// code if a retry cannot help; whatever `receiver` throws.
    virtual HttpResponse send(const HttpRequest& request, HttpReceiver& receiver) = 0;
};

} // namespace vitrine
