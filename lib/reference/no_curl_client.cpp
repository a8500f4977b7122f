// SPDX-License-Identifier: MIT
// In place of curl_client.cpp in a build without libcurl.
#include "reference/curl_client.hpp"

namespace vitrine {

std::shared_ptr<HttpClient> make_curl_client(const RemoteOptions&) {
    return nullptr;
}

} // namespace vitrine
