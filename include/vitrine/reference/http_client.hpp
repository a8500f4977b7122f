// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

struct HttpHeader {
    std::string name;
    std::string value;

    bool operator==(const HttpHeader&) const = default;
};

/// What a request is signed with (AWS Signature Version 4).
struct AwsSigning {
    std::string access_key;
    std::string secret_key;
    std::string region;  ///< "us-east-1"
    std::string service; ///< "s3"
};

/// One request, for one exchange: nothing of it is remembered for the next.
struct HttpRequest {
    std::string method = "GET";
    std::string url; ///< `http:` or `https:`, with a path that is percent-encoded
    std::vector<HttpHeader> headers = {};
    std::string body = {};
    /// To be signed by the client, the headers above included.
    std::optional<AwsSigning> signing = {};
    /// Whether a name and password for the host may be taken from the user's netrc file.
    bool netrc = false;
    /// Past any proxy: for services of the machine itself.
    bool direct = false;
    /// How long to wait for a connection; the client's own limit where it is 0.
    std::chrono::milliseconds connect_timeout{0};
    std::stop_token stop = {};
};

/// The head of an answer.
struct HttpResponse {
    int status = 0; ///< 200
    std::vector<HttpHeader> headers = {};
    /// The absolute URL that a redirecting answer (3xx) leads to; "" for others.
    std::string redirect = {};

    /// The value of the last header of that name (case does not count); null if there is none.
    const std::string* find(std::string_view name) const;
};

/// Is handed an answer as it comes in. What it throws ends the exchange and leaves `send`.
class HttpReceiver {
public:
    virtual ~HttpReceiver() = default;

    /// The head is complete. False: the body is not wanted, and the exchange ends.
    virtual bool begin(const HttpResponse& answer) = 0;
    /// The next bytes of the body.
    virtual void piece(std::span<const std::byte> bytes) = 0;
};

/// The exchange broke before its end: no connection, a stall, a body shorter than was said. The
/// same request may work when it is sent again (code Io).
class TransferError : public Error {
public:
    explicit TransferError(std::string message) : Error(ErrorCode::Io, std::move(message)) {}
};

/// Carries HTTP requests. vitrine's own is made of libcurl; another can stand in, to use a
/// program's own network code or to answer from a recording.
///
/// Retries, redirects, credentials and checks are not a client's business. Safe to use from many
/// threads at once.
class HttpClient {
public:
    virtual ~HttpClient() = default;

    /// Sends one request, follows no redirect, and hands the answer to `receiver`; gives the
    /// answer's head, whatever its status. Messages name no credentials.
    /// Throws: TransferError; Error with code Cancelled when `request.stop` is requested, or
    /// another code where sending it again cannot help; what `receiver` throws.
    virtual HttpResponse send(const HttpRequest& request, HttpReceiver& receiver) = 0;
};

} // namespace vitrine
