// SPDX-License-Identifier: MIT
#include "reference/aws_credentials.hpp"

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"
#include "reference/credential_limits.hpp"
#include "reference/text_member.hpp"

#include <utility>

namespace vitrine {

namespace {

using TimePoint = std::chrono::system_clock::time_point;

constexpr std::uint64_t kTokenFileLimit = 64 * 1024;

/// "2026-03-01T12:00:00Z"
std::optional<TimePoint> parse_time(const std::string& text) {
    return parse_utc_time(text, "%Y-%m-%dT%H:%M:%S");
}

/// Parses the response of a container's or machine's credential service. Throws: InvalidFormat; the
/// message contains nothing of the text, which may be secret.
AwsCredentials parse_credentials(const std::string& text, std::string_view where) {
    Json json;
    try {
        json = parse_json(text);
    } catch (const Error&) {
        json = nullptr; // refused below
    }
    AwsCredentials found;
    if (json.is_object()) {
        found.access_key = text_member(json, "AccessKeyId");
        found.secret_key = text_member(json, "SecretAccessKey");
        found.session_token = text_member(json, "Token");
        found.expires = parse_time(text_member(json, "Expiration"));
    }
    if (found.access_key.empty() || found.secret_key.empty()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("the AWS credentials of ", where, " lack a key"));
    }
    return found;
}

} // namespace

AwsCredentialProvider::AwsCredentialProvider(const HttpSession& session,
                                             const Environment& environment)
    : session_(session), environment_(environment) {}

const AwsProfile& AwsCredentialProvider::profile_locked() {
    if (!profile_) {
        profile_ = AwsProfile::load(environment_);
    }
    return *profile_;
}

std::string AwsCredentialProvider::region() {
    if (const auto region = environment_.first_of({"AWS_REGION", "AWS_DEFAULT_REGION"})) {
        return *region;
    }
    const std::lock_guard lock(mutex_);
    const std::string region = profile_locked().get("region");
    return region.empty() ? "us-east-1" : region;
}

std::string AwsCredentialProvider::endpoint() {
    std::string endpoint;
    if (const auto named = environment_.first_of(
            {"AWS_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"})) {
        endpoint = *named;
    } else {
        const std::lock_guard lock(mutex_);
        endpoint = profile_locked().get("endpoint_url");
    }
    while (endpoint.ends_with('/')) {
        endpoint.pop_back();
    }
    return endpoint;
}

std::optional<AwsCredentials> AwsCredentialProvider::credentials(const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    const bool is_ending = credentials_ && credentials_->expires &&
                           *credentials_->expires - kExpiryMargin <= session_.now();
    if (!is_known_ || is_ending) {
        credentials_ = look_up_locked(stop);
        is_known_ = true;
    }
    return credentials_;
}

std::optional<AwsCredentials> AwsCredentialProvider::look_up_locked(const std::stop_token& stop) {
    if (auto found = of_environment()) {
        return found;
    }
    if (auto found = of_profile_locked()) {
        return found;
    }
    if (auto found = of_container(stop)) {
        return found;
    }
    return of_instance(stop);
}

std::optional<AwsCredentials> AwsCredentialProvider::of_environment() const {
    const auto access = environment_.find("AWS_ACCESS_KEY_ID");
    const auto secret = environment_.find("AWS_SECRET_ACCESS_KEY");
    if (!access && !secret) {
        return std::nullopt;
    }
    if (!access || !secret) {
        throw Error(ErrorCode::InvalidArgument,
                    "expected both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, got one of them");
    }
    return AwsCredentials{*access, *secret, environment_.find("AWS_SESSION_TOKEN").value_or("")};
}

std::optional<AwsCredentials> AwsCredentialProvider::of_profile_locked() {
    const AwsProfile& profile = profile_locked();
    AwsCredentials found{profile.get("aws_access_key_id"), profile.get("aws_secret_access_key"),
                         profile.get("aws_session_token")};
    if (!found.access_key.empty() && !found.secret_key.empty()) {
        return found;
    }
    if (!found.access_key.empty() || !found.secret_key.empty()) {
        throw Error(ErrorCode::InvalidArgument, concat("the AWS profile ", quoted(profile.name),
                                                       " has only one of its two keys"));
    }
    for (const char* way : {"role_arn", "sso_session", "sso_start_url", "credential_process",
                            "web_identity_token_file", "login_session"}) {
        if (!profile.get(way).empty()) {
            throw Error(
                ErrorCode::Unsupported,
                concat("the AWS profile ", quoted(profile.name), " gets its credentials by '", way,
                       "', which is not supported: put what 'aws configure export-credentials "
                       "--format env' prints into the environment"));
        }
    }
    return std::nullopt;
}

std::optional<AwsCredentials>
AwsCredentialProvider::of_container(const std::stop_token& stop) const {
    HttpRequest request;
    request.direct = true;
    request.connect_timeout = kMetadataTimeout;
    request.stop = stop;
    if (const auto relative = environment_.find("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
        request.url = "http://169.254.170.2" + *relative;
    } else if (const auto full = environment_.find("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
        request.url = *full;
    } else {
        return std::nullopt;
    }
    if (const auto file = environment_.find("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
        std::string token = read_file(*file, kTokenFileLimit);
        token.erase(token.find_last_not_of(" \r\n") + 1);
        request.headers.push_back({"Authorization", std::move(token)});
    } else if (const auto token = environment_.find("AWS_CONTAINER_AUTHORIZATION_TOKEN")) {
        request.headers.push_back({"Authorization", *token});
    }
    const HttpResult result = session_.ask(request);
    if (result.response.status != 200) {
        throw_status(request.url, result.response.status, "");
    }
    return parse_credentials(result.body, "this container");
}

std::optional<AwsCredentials>
AwsCredentialProvider::of_instance(const std::stop_token& stop) const {
    if (environment_.find("AWS_EC2_METADATA_DISABLED").value_or("") == "true") {
        return std::nullopt;
    }
    const std::string base =
        environment_.find("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or("http://169.254.169.254") +
        "/latest/";
    const auto ask = [&](HttpRequest request) {
        request.direct = true;
        request.connect_timeout = kMetadataTimeout;
        request.stop = stop;
        return session_.ask(request, kTokenFileLimit, kMetadataAttempts);
    };
    try {
        const HttpResult token =
            ask({.method = "PUT",
                 .url = base + "api/token",
                 .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}}});
        if (token.response.status != 200) {
            return std::nullopt;
        }
        const HttpHeader proof{"X-aws-ec2-metadata-token", token.body};
        const std::string roles = base + "meta-data/iam/security-credentials/";
        const HttpResult role = ask({.url = roles, .headers = {proof}});
        if (role.response.status != 200 || role.body.empty()) {
            return std::nullopt;
        }
        const std::string name = role.body.substr(0, role.body.find('\n'));
        const HttpResult found = ask({.url = roles + name, .headers = {proof}});
        if (found.response.status != 200) {
            throw_status(roles, found.response.status, "");
        }
        return parse_credentials(found.body, "this machine");
    } catch (const TransferError&) {
        return std::nullopt; // No response: this is not a machine of Amazon.
    }
}

} // namespace vitrine
