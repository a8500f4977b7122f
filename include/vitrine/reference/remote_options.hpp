// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/reference/http_client.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace vitrine {

/// How references to `http:`, `https:`, `s3:` and `gs:` are resolved and fetched.
struct RemoteOptions {
    /// Sends the requests; libcurl if null. A build without libcurl then refuses these schemes by
    /// name.
    std::shared_ptr<HttpClient> client = {};
    /// Looks up variables that hold credentials and endpoints, by name (lib/reference/FORMAT.md).
    /// The environment of the process if empty. Called from many threads.
    std::function<std::optional<std::string>(const std::string&)> environment = {};

    /// The longest wait for a connection. By default 10 s.
    std::chrono::milliseconds connect_timeout{10000};
    /// A transfer that receives fewer than 1024 bytes in this time fails, and may be tried again.
    /// By default 30 s.
    std::chrono::milliseconds stall_timeout{30000};
    /// Attempts per request; less than 1 counts as 1. A transfer that received a part of the bytes
    /// continues from there, and each further MiB resets the count.
    int attempts = 5;
    /// The pause before the second attempt. It doubles each time, up to 20 s; jitter shortens it by
    /// up to half. A server's Retry-After of up to 60 s replaces it.
    std::chrono::milliseconds retry_delay{250};
    /// At most this many bytes are read if the size was not recorded. By default 16 GiB.
    std::uint64_t max_bytes = std::uint64_t{1} << 34;
};

} // namespace vitrine
