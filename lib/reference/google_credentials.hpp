// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include "reference/environment.hpp"
#include "reference/http_session.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace vitrine {

/// Finds credentials where Google's own tools find them, in the same order (FORMAT.md). Caches the
/// access token and renews it before it expires. Thread-safe.
class GoogleCredentialProvider {
public:
    /// `session` must outlive this object.
    GoogleCredentialProvider(const HttpSession& session, const Environment& environment);

    /// Returns an OAuth 2 access token for reading objects; nullopt if there are no credentials.
    /// Throws: NotFound if the file named by GOOGLE_APPLICATION_CREDENTIALS is missing;
    /// InvalidFormat; Unsupported for an unsupported kind of credentials; IoError.
    std::optional<std::string> access_token(const std::stop_token& stop);
    /// Returns "https://storage.googleapis.com", or the URL in STORAGE_EMULATOR_HOST.
    std::string endpoint() const;

private:
    struct Token {
        std::string text;
        std::chrono::system_clock::time_point expires;
    };
    std::optional<Token> look_up(const std::stop_token& stop) const;
    std::optional<std::string> credentials_file() const;
    Token of_file(const std::string& path, const std::stop_token& stop) const;
    std::optional<Token> of_machine(const std::stop_token& stop) const;
    Token exchange(const std::string& url, const std::string& form,
                   const std::stop_token& stop) const;
    Token parse_token(const std::string& text) const;

    const HttpSession& session_;
    const Environment environment_;
    std::mutex mutex_;
    bool is_known_ = false;      ///< guarded by mutex_
    std::optional<Token> token_; ///< guarded by mutex_
};

/// Returns a JSON Web Token (RFC 7519) with these claims, signed by RS256 with a private key in
/// PEM. Throws: InvalidFormat if it is not an RSA key; the message contains nothing of the key.
std::string sign_jwt(const Json& claims, const std::string& key_id, const std::string& private_key);

} // namespace vitrine
