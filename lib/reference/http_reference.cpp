// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/download.hpp"
#include "reference/reference_handler.hpp"
#include "reference/uri.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace vitrine {

namespace {

constexpr std::array<std::string_view, 2> kHttpSchemes = {"http", "https"};

/// Returns the digest that W&B makes of an ETag: without its quotes; a weak ETag is unchanged.
std::string digest_of_etag(const std::string& etag) {
    return etag.size() >= 2 && etag.front() == '"' && etag.back() == '"'
               ? etag.substr(1, etag.size() - 2)
               : etag;
}

std::optional<std::uint64_t> content_length(const HttpResponse& response) {
    const std::string* text = response.find("Content-Length");
    std::uint64_t size = 0;
    if (text == nullptr) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), size);
    const bool is_number = error == std::errc() && end == text->data() + text->size();
    return is_number ? std::optional(size) : std::nullopt;
}

/// Requests the bytes as stored: a server that compresses them states the size and ETag of others.
HttpRequest request_for(std::string method, std::string_view uri, const std::stop_token& stop) {
    HttpRequest request;
    request.method = std::move(method);
    request.url = uri;
    request.headers = {{"Accept-Encoding", "identity"}};
    request.netrc = true;
    request.stop = stop;
    return request;
}

/// A GET of which only the head is read.
class HeadOfGet : public HttpExchange {
public:
    explicit HeadOfGet(HttpRequest request) : request_(std::move(request)) {}
    HttpRequest request() override { return request_; }
    bool on_response(const HttpResponse&) override { return false; }
    void on_data(std::span<const std::byte>) override {}

private:
    HttpRequest request_;
};

class HttpHandler : public ReferenceHandler {
public:
    explicit HttpHandler(std::shared_ptr<const Remote> remote) : remote_(std::move(remote)) {}

    std::span<const std::string_view> schemes() const override { return kHttpSchemes; }
    bool can_fetch() const override { return remote_ != nullptr; }

    std::vector<Entry> track(std::string_view uri, const ReferenceOptions& options) const override {
        const std::string name(options.name.empty() ? last_component(uri) : options.name);
        if (name.empty()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("a name for the entry is needed: ", quoted(redact_url(uri)),
                               " does not end with a file name"));
        }
        Entry entry = untouched_entry(name, uri);
        if (!options.checksum) {
            return {std::move(entry)};
        }
        const HttpResponse response = look_at(uri, options.stop);
        entry.size = content_length(response);
        if (const std::string* etag = response.find("ETag"); etag != nullptr && !etag->empty()) {
            entry.digest = digest_of_etag(*etag);
            entry.extra = {{"etag", *etag}};
        }
        return {std::move(entry)};
    }

    void fetch(const Entry& entry, ByteSink& sink, const std::stop_token& stop) const override {
        const std::string& uri = entry.ref.value();
        if (!remote_) {
            throw_no_client(uri);
        }
        Download wanted;
        wanted.uri = uri;
        wanted.request = [&] { return request_for("GET", uri, stop); };
        wanted.check = [&](const HttpResponse& response) -> std::optional<std::string> {
            if (entry.digest == uri) {
                return std::nullopt; // no ETag was recorded
            }
            const std::string* etag = response.find("ETag");
            if (etag == nullptr || digest_of_etag(*etag) != entry.digest) {
                throw Error(ErrorCode::Conflict,
                            concat(quoted(redact_url(uri)), " has changed: expected ETag ",
                                   quoted(entry.digest), ", got ",
                                   etag == nullptr ? "none" : quoted(digest_of_etag(*etag))));
            }
            return std::nullopt;
        };
        wanted.size = entry.size;
        wanted.limit = remote_->options.max_bytes;
        download(remote_->session, wanted, sink);
    }

private:
    /// Returns the head that a GET would have. W&B sends a GET; a HEAD is cheaper if the server
    /// gives the same response.
    HttpResponse look_at(std::string_view uri, const std::stop_token& stop) const {
        if (!remote_) {
            throw_no_client(uri);
        }
        HttpResult result = remote_->session.ask(request_for("HEAD", uri, stop));
        const int status = result.response.status;
        const bool is_refused = (status >= 300 && status < 500) || status == 501;
        const bool says_too_little = status == 200 && !result.response.find("Content-Length");
        if (is_refused || says_too_little) {
            HeadOfGet exchange(request_for("GET", uri, stop));
            result = remote_->session.perform(exchange);
        }
        if (result.response.status < 200 || result.response.status >= 300) {
            throw_status(uri, result.response.status, "");
        }
        return std::move(result.response);
    }

    std::shared_ptr<const Remote> remote_;
};

} // namespace

std::unique_ptr<ReferenceHandler> make_http_handler(std::shared_ptr<const Remote> remote) {
    return std::make_unique<HttpHandler>(std::move(remote));
}

} // namespace vitrine
