// SPDX-License-Identifier: MIT
#pragma once

#include "reference/byte_sink.hpp"
#include "reference/http_session.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace vitrine {

/// Describes bytes to download.
struct Download {
    std::string uri; ///< for messages
    /// Returns the request for all bytes, without Range; called for each attempt.
    std::function<HttpRequest()> request;
    /// Compares a response's headers with what was recorded. Returns the base64 MD5 that the bytes
    /// must have, if known. Throws: Conflict.
    std::function<std::optional<std::string>(const HttpResponse&)> check;
    /// Returns the server's explanation of an error status; may be empty.
    std::function<std::string(const HttpResult&)> explain = {};
    /// Whether `request` now returns a different request, after an error status; may be empty.
    std::function<bool(const HttpResult&)> is_worth_another = {};
    /// The number of bytes; if unknown, at most `limit` bytes are accepted.
    std::optional<std::uint64_t> size = {};
    std::uint64_t limit = 0;
};

/// Downloads the bytes into `sink`. After a broken transfer it resumes where it stopped if the
/// server confirms that the bytes are unchanged (Range with If-Range and a strong ETag), and else
/// starts again.
/// Throws: Conflict if the size or headers differ from what was recorded; Corruption if the MD5
/// differs; NotFound; InvalidFormat if there are more than `limit` bytes; Cancelled; IoError;
/// TransferError.
void download(const HttpSession& session, const Download& wanted, ByteSink& sink);

} // namespace vitrine
