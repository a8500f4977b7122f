// SPDX-License-Identifier: MIT
#include "reference/google_credentials.hpp"

#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/percent.hpp"
#include "core/text.hpp"
#include "reference/credential_limits.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

constexpr std::chrono::hours kLifetime{1};
constexpr std::uint64_t kKeyFileLimit = 1024 * 1024;
constexpr const char* kTokenUrl = "https://oauth2.googleapis.com/token";
constexpr const char* kScope = "https://www.googleapis.com/auth/devstorage.read_only";

std::string required(const Json& json, const char* key, const std::string& path) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string() ||
        found->get_ref<const std::string&>().empty()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("the Google credentials in ", quoted(path), " lack '", key, "'"));
    }
    return found->get<std::string>();
}

/// Parses a JSON object. Error messages contain nothing of the text.
Json parse_object(const std::string& text, const std::string& what) {
    try {
        if (Json json = parse_json(text); json.is_object()) {
            return json;
        }
    } catch (const Error&) {
        // Its message quotes the text, which may be secret.
    }
    throw Error(ErrorCode::InvalidFormat, concat("expected a JSON object in ", what));
}

} // namespace

GoogleCredentialProvider::GoogleCredentialProvider(const HttpSession& session,
                                                   const Environment& environment)
    : session_(session), environment_(environment) {}

std::string GoogleCredentialProvider::endpoint() const {
    std::string endpoint =
        environment_.find("STORAGE_EMULATOR_HOST").value_or("https://storage.googleapis.com");
    if (endpoint.find("://") == std::string::npos) {
        endpoint = "http://" + endpoint;
    }
    while (endpoint.ends_with('/')) {
        endpoint.pop_back();
    }
    return endpoint;
}

std::optional<std::string> GoogleCredentialProvider::access_token(const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    if (!is_known_ || (token_ && token_->expires - kExpiryMargin <= session_.now())) {
        token_ = look_up(stop);
        is_known_ = true;
    }
    return token_ ? std::optional(token_->text) : std::nullopt;
}

std::optional<std::string> GoogleCredentialProvider::credentials_file() const {
    if (auto named = environment_.find("GOOGLE_APPLICATION_CREDENTIALS")) {
        return named;
    }
    constexpr const char* kName = "application_default_credentials.json";
    std::optional<std::filesystem::path> path = environment_.in_home(".config/gcloud");
    if (const auto folder = environment_.find("CLOUDSDK_CONFIG")) {
        path = *folder;
    }
    std::error_code ignored; // A missing file is not an error.
    return path && std::filesystem::is_regular_file(*path / kName, ignored)
               ? std::optional((*path / kName).native())
               : std::nullopt;
}

std::optional<GoogleCredentialProvider::Token>
GoogleCredentialProvider::look_up(const std::stop_token& stop) const {
    if (const auto file = credentials_file()) {
        try {
            return of_file(*file, stop);
        } catch (Error& error) {
            error.add_context("using Google credentials");
            throw;
        }
    }
    if (environment_.find("STORAGE_EMULATOR_HOST") ||
        environment_.find("NO_GCE_CHECK").value_or("") == "true") {
        return std::nullopt;
    }
    return of_machine(stop);
}

GoogleCredentialProvider::Token
GoogleCredentialProvider::of_file(const std::string& path, const std::stop_token& stop) const {
    const Json json = parse_object(read_file(path, kKeyFileLimit), quoted(path));
    const std::string type = required(json, "type", path);
    const std::string url =
        json.contains("token_uri") ? required(json, "token_uri", path) : kTokenUrl;
    if (type == "authorized_user") {
        return exchange(url,
                        render_form({{"grant_type", "refresh_token"},
                                     {"client_id", required(json, "client_id", path)},
                                     {"client_secret", required(json, "client_secret", path)},
                                     {"refresh_token", required(json, "refresh_token", path)}}),
                        stop);
    }
    if (type == "service_account") {
        const auto seconds = [](auto time) {
            return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch())
                .count();
        };
        const Json claims = {{"iss", required(json, "client_email", path)},
                             {"scope", kScope},
                             {"aud", url},
                             {"iat", seconds(session_.now())},
                             {"exp", seconds(session_.now() + kLifetime)}};
        const std::string key_id =
            json.contains("private_key_id") ? required(json, "private_key_id", path) : "";
        const std::string jwt = sign_jwt(claims, key_id, required(json, "private_key", path));
        return exchange(url,
                        render_form({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                                     {"assertion", jwt}}),
                        stop);
    }
    throw Error(ErrorCode::Unsupported,
                concat("credentials of type ", quoted(type), " in ", quoted(path),
                       " are not supported, expected 'authorized_user' or 'service_account'"));
}

std::optional<GoogleCredentialProvider::Token>
GoogleCredentialProvider::of_machine(const std::stop_token& stop) const {
    const std::string host = environment_.first_of({"GCE_METADATA_HOST", "GCE_METADATA_ROOT"})
                                 .value_or("metadata.google.internal");
    HttpRequest request;
    request.url =
        concat("http://", host, "/computeMetadata/v1/instance/service-accounts/default/token");
    request.headers = {{"Metadata-Flavor", "Google"}};
    request.direct = true;
    request.connect_timeout = kMetadataTimeout;
    request.stop = stop;
    try {
        const HttpResult result = session_.ask(request, kKeyFileLimit, kMetadataAttempts);
        if (result.response.status != 200) {
            return std::nullopt;
        }
        return parse_token(result.body);
    } catch (const TransferError&) {
        return std::nullopt; // No response: this is not a machine of Google.
    }
}

GoogleCredentialProvider::Token
GoogleCredentialProvider::exchange(const std::string& url, const std::string& form,
                                   const std::stop_token& stop) const {
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = form;
    request.stop = stop;
    const HttpResult result = session_.ask(request, kKeyFileLimit);
    if (result.response.status != 200) {
        throw Error(ErrorCode::Io,
                    concat(quoted(redact_url(url)), " returned no access token (status ",
                           result.response.status, ")"));
    }
    return parse_token(result.body);
}

GoogleCredentialProvider::Token
GoogleCredentialProvider::parse_token(const std::string& text) const {
    const Json json = parse_object(text, "the response with the access token");
    const auto token = json.find("access_token");
    const auto seconds = json.find("expires_in");
    if (token == json.end() || !token->is_string() || seconds == json.end() ||
        !seconds->is_number_unsigned()) {
        throw Error(ErrorCode::InvalidFormat,
                    "expected 'access_token' and 'expires_in' in the response of Google's server");
    }
    // A lifetime of more than a day is not trusted.
    const auto life = std::min<std::uint64_t>(seconds->get<std::uint64_t>(), 86400);
    return {token->get<std::string>(), session_.now() + std::chrono::seconds(life)};
}

} // namespace vitrine
