// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/reference/http_client.hpp>
#include <vitrine/reference/remote_options.hpp>

#include <memory>

namespace vitrine {

/// A client made of libcurl, which keeps connections open for the next request to a host. Proxies
/// (`https_proxy`, ...) and certificates (`REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `SSL_CERT_FILE`)
/// are those of the environment, the netrc file is `$NETRC` or `~/.netrc`.
/// Null in a build without libcurl.
std::shared_ptr<HttpClient> make_curl_client(const RemoteOptions& options);

} // namespace vitrine
