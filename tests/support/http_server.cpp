// SPDX-License-Identifier: MIT
#include "support/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

namespace vitrine::test {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// Reads until `text` has `size` bytes. Returns false if the client disconnects before.
bool read_to(int socket, std::string& text, std::size_t size) {
    char buffer[4096];
    while (text.size() < size) {
        const ssize_t count = ::recv(socket, buffer, sizeof buffer, 0);
        if (count <= 0) {
            return false;
        }
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return true;
}

bool read_request(int socket, ServedRequest& request) {
    std::string text;
    std::size_t end = std::string::npos;
    while ((end = text.find("\r\n\r\n")) == std::string::npos) {
        if (!read_to(socket, text, text.size() + 1)) {
            return false;
        }
    }
    const std::size_t blank = text.find(' ');
    request.method = text.substr(0, blank);
    request.target = text.substr(blank + 1, text.find(' ', blank + 1) - blank - 1);
    std::size_t at = text.find("\r\n") + 2;
    while (at < end) {
        const std::size_t line_end = text.find("\r\n", at);
        const std::size_t colon = text.find(':', at);
        std::string value = text.substr(colon + 1, line_end - colon - 1);
        value.erase(0, value.find_first_not_of(' '));
        request.headers.push_back({text.substr(at, colon - at), value});
        at = line_end + 2;
    }
    const std::string length = request.header("Content-Length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    if (!read_to(socket, text, end + 4 + size)) {
        return false;
    }
    request.body = text.substr(end + 4, size);
    return true;
}

} // namespace

std::string ServedRequest::header(std::string_view name) const {
    for (const HttpHeader& item : headers) {
        if (is_same_name(item.name, name)) {
            return item.value;
        }
    }
    return {};
}

bool Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void Connection::wait_until_left() {
    char byte = 0;
    while (::recv(socket_, &byte, 1, 0) > 0) {
    }
}

struct HttpServer::State {
    Handler handler;
    int listener = -1;
    int port = 0;
    mutable std::mutex mutex;
    // Guarded by mutex.
    std::vector<ServedRequest> requests;
    std::set<int> open;
    bool is_ending = false;
    std::list<std::jthread> connections; ///< used only by the accepting thread
    std::jthread accepting;

    void accept_all() {
        for (;;) {
            const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0) {
                return; // the listener was shut down
            }
            const std::lock_guard lock(mutex);
            if (is_ending) {
                ::close(socket);
                return;
            }
            open.insert(socket);
            connections.emplace_back([this, socket] { serve(socket); });
        }
    }

    void serve(int socket) {
        ServedRequest request;
        if (read_request(socket, request)) {
            {
                const std::lock_guard lock(mutex);
                requests.push_back(request);
            }
            Connection connection(socket);
            handler(request, connection);
        }
        const std::lock_guard lock(mutex);
        open.erase(socket);
        ::close(socket);
    }
};

HttpServer::HttpServer(Handler handler) : state_(std::make_unique<State>()) {
    state_->handler = std::move(handler);
    state_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (state_->listener < 0 || ::bind(state_->listener, generic, size) != 0 ||
        ::listen(state_->listener, 64) != 0 ||
        ::getsockname(state_->listener, generic, &size) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot listen on 127.0.0.1");
    }
    state_->port = ::ntohs(address.sin_port);
    state_->accepting = std::jthread([this] { state_->accept_all(); });
}

HttpServer::~HttpServer() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->is_ending = true;
        for (const int socket : state_->open) {
            ::shutdown(socket, SHUT_RDWR);
        }
    }
    ::shutdown(state_->listener, SHUT_RDWR);
    state_->accepting.join();
    state_->connections.clear();
    ::close(state_->listener);
}

int HttpServer::port() const {
    return state_->port;
}

std::string HttpServer::url(std::string_view target) const {
    return "http://127.0.0.1:" + std::to_string(state_->port) + std::string(target);
}

std::vector<ServedRequest> HttpServer::requests() const {
    const std::lock_guard lock(state_->mutex);
    return state_->requests;
}

std::string http_answer(int status, const std::vector<HttpHeader>& headers, std::string_view body) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + " X\r\nConnection: close\r\n";
    bool has_length = false;
    for (const HttpHeader& header : headers) {
        has_length = has_length || is_same_name(header.name, "Content-Length") ||
                     is_same_name(header.name, "Transfer-Encoding");
        text += header.name + ": " + header.value + "\r\n";
    }
    if (!has_length) {
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return text + "\r\n" + std::string(body);
}

} // namespace vitrine::test
