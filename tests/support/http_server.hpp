// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/reference/http_client.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::test {

/// A request as it came over the wire.
struct ServedRequest {
    std::string method;
    std::string target; ///< path and query as sent
    std::vector<HttpHeader> headers;
    std::string body;

    /// The value of a header (case is ignored); "" if there is none.
    std::string header(std::string_view name) const;
    std::string path() const { return target.substr(0, target.find('?')); }
};

/// The server's end of a connection, which serves one request.
class Connection {
public:
    explicit Connection(int socket) : socket_(socket) {}

    /// Returns false once the client has disconnected.
    bool send(std::string_view bytes);
    /// Waits until the client disconnects, or the server ends.
    void wait_until_left();

private:
    int socket_;
};

/// An HTTP server in this process, on a free port of 127.0.0.1. The test decides how it responds,
/// correctly or not. Each connection has its own thread and serves one request.
class HttpServer {
public:
    using Handler = std::function<void(const ServedRequest&, Connection&)>;

    explicit HttpServer(Handler handler);
    /// Ends all connections.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    int port() const;
    /// "http://127.0.0.1:<port>" and the target.
    std::string url(std::string_view target) const;
    /// All requests so far.
    std::vector<ServedRequest> requests() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A whole response. Its Content-Length is the size of the body unless `headers` has one.
std::string http_answer(int status, const std::vector<HttpHeader>& headers, std::string_view body);

} // namespace vitrine::test
