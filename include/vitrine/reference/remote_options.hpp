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

/// How references to `http:`, `https:`, `s3:` and `gs:` are looked at and fetched.
struct RemoteOptions {
    /// What carries the requests; libcurl where it is null (a build without it then refuses these
    /// schemes by name).
    std::shared_ptr<HttpClient> client = {};
    /// Where credentials and endpoints are looked for, by name (lib/reference/FORMAT.md); the
    /// environment of the process if empty.
    std::function<std::optional<std::string>(const std::string&)> environment = {};

    std::chrono::milliseconds connect_timeout{10000};
    /// A transfer that gets fewer than 1024 bytes in this time is broken off.
    std::chrono::milliseconds stall_timeout{30000};
    /// How often the same request is sent in a row before it has failed. One that got a part of
    /// the bytes goes on from there, and the count begins again after each MiB.
    int attempts = 5;
    /// The pause before the second attempt; it doubles each time, up to 20 s, and up to half of it
    /// is left out by chance. A server's Retry-After of up to 60 s counts instead.
    std::chrono::milliseconds retry_delay{250};
    /// The most bytes that are taken of something whose size was not recorded.
    std::uint64_t max_bytes = std::uint64_t{1} << 34;
};

} // namespace vitrine
