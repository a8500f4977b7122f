// SPDX-License-Identifier: MIT
#include "reference/download.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace vitrine {

namespace {

/// Parses a number at the start of `text` and removes it.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// "bytes 5-9/10"
struct ContentRange {
    std::uint64_t first = 0;
    std::optional<std::uint64_t> total; ///< nullopt for "*"
};

std::optional<ContentRange> parse_content_range(const std::string* header) {
    constexpr std::string_view kUnit = "bytes ";
    if (header == nullptr || !header->starts_with(kUnit)) {
        return std::nullopt;
    }
    std::string_view text = std::string_view(*header).substr(kUnit.size());
    ContentRange range;
    const auto first = take_number(text);
    if (!first || !text.starts_with('-')) {
        return std::nullopt;
    }
    range.first = *first;
    text.remove_prefix(1);
    if (!take_number(text) || !text.starts_with('/')) {
        return std::nullopt;
    }
    text.remove_prefix(1);
    range.total = take_number(text);
    return range;
}

class DownloadExchange : public HttpExchange {
public:
    DownloadExchange(const Download& wanted, ByteSink& sink) : wanted_(wanted), sink_(sink) {}

    HttpRequest request() override {
        if (offset_ > 0 && etag_.empty()) {
            restart();
        }
        HttpRequest request = wanted_.request();
        if (offset_ > 0) {
            request.headers.push_back({"Range", concat("bytes=", offset_, "-")});
            request.headers.push_back({"If-Range", etag_});
        }
        return request;
    }

    std::uint64_t progress() const override { return furthest_; }

    bool on_response(const HttpResponse& response) override {
        md5_ = wanted_.check(response);
        if (response.status == 206) {
            const auto range = parse_content_range(response.find("Content-Range"));
            if (!range || range->first != offset_) {
                throw Error(ErrorCode::Io, concat("the server of ", quoted(redact_url(wanted_.uri)),
                                                  " sent another part than was requested"));
            }
            if (range->total) {
                check_size(*range->total);
            }
            if (const std::string* etag = response.find("ETag");
                etag != nullptr && *etag != etag_) {
                restart();
                throw TransferError(
                    concat(quoted(redact_url(wanted_.uri)), " changes while it is read"));
            }
            return true;
        }
        if (offset_ > 0) {
            restart();
        }
        if (const std::string* length = response.find("Content-Length")) {
            std::string_view text = *length;
            if (const auto size = take_number(text)) {
                check_size(*size);
            }
        }
        // A weak ETag does not imply that all bytes are equal.
        const std::string* etag = response.find("ETag");
        etag_ = etag != nullptr && etag->starts_with('"') ? *etag : std::string();
        return true;
    }

    void on_data(std::span<const std::byte> bytes) override {
        if (const std::uint64_t most = wanted_.size.value_or(wanted_.limit);
            bytes.size() > most - offset_) {
            check_size(most + 1, "more");
        }
        sink_.write(bytes);
        hasher_.update(bytes);
        offset_ += bytes.size();
        furthest_ = std::max(furthest_, offset_);
    }

    /// Makes the next request ask for all bytes. Returns whether this one asked for a part.
    bool give_up_part() {
        const bool was_part = offset_ > 0;
        restart();
        return was_part;
    }

    void finish() {
        if (wanted_.size && offset_ != *wanted_.size) {
            throw Error(ErrorCode::Conflict,
                        concat(quoted(redact_url(wanted_.uri)), " has changed: expected ",
                               *wanted_.size, " bytes, got ", offset_));
        }
        const std::string md5 = hasher_.finish().md5.base64();
        if (md5_ && md5 != *md5_) {
            throw DigestMismatch(concat("the download of ", quoted(redact_url(wanted_.uri))), *md5_,
                                 md5);
        }
    }

private:
    /// Checks the total size; `text` replaces it in messages.
    void check_size(std::uint64_t size, std::string text = {}) const {
        text = text.empty() ? std::to_string(size) : text;
        if (wanted_.size && size != *wanted_.size) {
            throw Error(ErrorCode::Conflict,
                        concat(quoted(redact_url(wanted_.uri)), " has changed: expected ",
                               *wanted_.size, " bytes, got ", text));
        }
        if (!wanted_.size && size > wanted_.limit) {
            throw Error(ErrorCode::InvalidFormat,
                        concat(quoted(redact_url(wanted_.uri)), " is larger than the limit of ",
                               wanted_.limit, " bytes"));
        }
    }

    void restart() {
        sink_.restart();
        hasher_.reset();
        offset_ = 0;
        etag_.clear();
    }

    const Download& wanted_;
    ByteSink& sink_;
    Hasher hasher_{Hash::Md5};
    std::uint64_t offset_ = 0;
    std::uint64_t furthest_ = 0;
    std::optional<std::string> md5_;
    std::string etag_; ///< of the bytes so far; "" if unknown or weak
};

} // namespace

void download(const HttpSession& session, const Download& wanted, ByteSink& sink) {
    DownloadExchange exchange(wanted, sink);
    HttpResult result = session.perform(exchange);
    if ((result.response.status == 416 && exchange.give_up_part()) ||
        (wanted.is_worth_another && wanted.is_worth_another(result))) {
        result = session.perform(exchange);
    }
    if (result.response.status < 200 || result.response.status >= 300) {
        throw_status(wanted.uri, result.response.status,
                     wanted.explain ? wanted.explain(result) : std::string());
    }
    exchange.finish();
}

} // namespace vitrine
