// SPDX-License-Identifier: MIT
#pragma once

#include "reference/byte_sink.hpp"
#include "reference/http_session.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace vitrine {

/// Bytes that are wanted of a server.
struct Download {
    std::string uri; ///< for messages
    /// The request for all of the bytes, without Range; asked anew for each attempt.
    std::function<HttpRequest()> request;
    /// Compares an answer's head with what was recorded, and gives the base64 MD5 that the bytes
    /// must have, where that is known. Throws: Conflict.
    std::function<std::optional<std::string>(const HttpResponse&)> check;
    /// What the server says of a status that is no success; may be empty.
    std::function<std::string(const HttpResult&)> explain = {};
    /// Whether `request` gives another one now, after an answer that is no success; may be empty.
    std::function<bool(const HttpResult&)> is_worth_another = {};
    /// How many bytes there are; `limit` is the most that is taken where that is unknown.
    std::optional<std::uint64_t> size = {};
    std::uint64_t limit = 0;
};

/// Fetches the bytes into `sink`. After a broken transfer it goes on where it stopped, if the
/// server says that the bytes are still the same ones (Range with If-Range and a strong ETag);
/// else it begins again.
/// Throws: Conflict where size or head are not what was recorded; Corruption for bytes of another
/// MD5; NotFound; InvalidFormat for more than `limit`; Cancelled; IoError and TransferError.
void download(const HttpSession& session, const Download& wanted, ByteSink& sink);

} // namespace vitrine
