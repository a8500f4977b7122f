// SPDX-License-Identifier: MIT
#pragma once

#include "reference/aws_profile.hpp"
#include "reference/environment.hpp"
#include "reference/http_session.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace vitrine {

struct AwsCredentials {
    std::string access_key;
    std::string secret_key;
    std::string session_token; ///< "" where there is none
    /// When they end; nothing for ever.
    std::optional<std::chrono::system_clock::time_point> expires = {};
};

/// Where AWS's own tools look for credentials, region and endpoint, in their order (FORMAT.md).
/// Temporary credentials are asked for again before they end. Safe to use from many threads.
class AwsCredentialProvider {
public:
    /// `session` must live as long as this.
    AwsCredentialProvider(const HttpSession& session, const Environment& environment);

    /// Nothing where there are none: a request is then not signed.
    /// Throws: InvalidArgument for a profile that is missing or half set; Unsupported for one that
    /// gets its credentials by a way that is not known here; IoError.
    std::optional<AwsCredentials> credentials(const std::stop_token& stop);
    std::string region();
    /// "https://host:port" instead of AWS's own; "" for that.
    std::string endpoint();

private:
    const AwsProfile& profile_locked();
    std::optional<AwsCredentials> look_up_locked(const std::stop_token& stop);
    std::optional<AwsCredentials> of_environment() const;
    std::optional<AwsCredentials> of_profile_locked();
    std::optional<AwsCredentials> of_container(const std::stop_token& stop) const;
    std::optional<AwsCredentials> of_instance(const std::stop_token& stop) const;

    const HttpSession& session_;
    const Environment environment_;
    std::mutex mutex_;
    // Guarded by mutex_.
    std::optional<AwsProfile> profile_;
    bool is_known_ = false;
    std::optional<AwsCredentials> credentials_;
};

} // namespace vitrine
