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
    std::string session_token; ///< "" if there is none
    /// When they expire; nullopt: never.
    std::optional<std::chrono::system_clock::time_point> expires = {};
};

/// Finds credentials, region and endpoint where AWS's own tools find them, in the same order
/// (FORMAT.md). Renews temporary credentials before they expire. Thread-safe.
class AwsCredentialProvider {
public:
    /// `session` must outlive this object.
    AwsCredentialProvider(const HttpSession& session, const Environment& environment);

    /// Returns nullopt if there are none; requests are then not signed.
    /// Throws: InvalidArgument if the profile is missing or incomplete; Unsupported if it gets its
    /// credentials in a way that is not supported; IoError.
    std::optional<AwsCredentials> credentials(const std::stop_token& stop);
    std::string region();
    /// Returns "https://host:port" of a server other than AWS's own; "" for AWS.
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
