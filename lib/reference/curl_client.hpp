// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/reference/http_client.hpp>
#include <vitrine/reference/remote_options.hpp>

#include <memory>

namespace vitrine {

/// Returns a client that uses libcurl and keeps connections open for later requests to the same
/// host; null in a build without libcurl. Takes proxies (`https_proxy`, ...) and certificates
/// (`REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `SSL_CERT_FILE`) from the environment, and the netrc
/// file from `$NETRC` or `~/.netrc`.
std::shared_ptr<HttpClient> make_curl_client(const RemoteOptions& options);

} // namespace vitrine
