// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/reference/http_client.hpp>

#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

/// The response to a request.
struct RecordedAnswer {
    int status = 200;
    std::vector<HttpHeader> headers = {};
    std::string body = {};
    std::string redirect = {};
    bool breaks = false; ///< the connection breaks after the body
};

/// Responds to requests from memory, and records them.
class RecordedClient : public HttpClient {
public:
    using Answer = std::function<RecordedAnswer(const HttpRequest&)>;

    explicit RecordedClient(Answer answer) : answer_(std::move(answer)) {}

    HttpResponse send(const HttpRequest& request, HttpReceiver& receiver) override {
        RecordedAnswer recorded;
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
            recorded = answer_(request);
        }
        if (recorded.status == 0) {
            throw TransferError("nobody answers");
        }
        const HttpResponse answer{recorded.status, recorded.headers, recorded.redirect};
        if (receiver.on_response(answer) && request.method != "HEAD") {
            receiver.on_data(std::as_bytes(std::span(recorded.body)));
            if (recorded.breaks) {
                throw TransferError("the connection is lost");
            }
        }
        return answer;
    }

    std::vector<HttpRequest> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    Answer answer_;
    mutable std::mutex mutex_;
    std::vector<HttpRequest> requests_; ///< guarded by mutex_
};

/// The value of a request's header; "" if there is none.
inline std::string header_of(const HttpRequest& request, std::string_view name) {
    for (const HttpHeader& header : request.headers) {
        if (header.name == name) {
            return header.value;
        }
    }
    return {};
}

} // namespace vitrine::test
