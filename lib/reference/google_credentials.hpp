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

/// Where Google's own tools look for credentials, in their order (FORMAT.md). The access token is
/// kept and asked for again before it ends. Safe to use from many threads.
class GoogleCredentialProvider {
public:
    /// `session` must live as long as this.
    GoogleCredentialProvider(const HttpSession& session, const Environment& environment);

    /// An OAuth 2 access token that may read objects; nothing where there are no credentials.
    /// Throws: NotFound for a file that GOOGLE_APPLICATION_CREDENTIALS names and that is missing;
    /// InvalidFormat; Unsupported for a kind of credentials that is not known here; IoError.
    std::optional<std::string> access_token(const std::stop_token& stop);
    /// "https://storage.googleapis.com", or what STORAGE_EMULATOR_HOST says.
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

/// A JSON Web Token (RFC 7519) of these claims, signed RS256 with a private key in PEM.
/// Throws: InvalidFormat for what is no RSA key; nothing of the key is in the message.
std::string sign_jwt(const Json& claims, const std::string& key_id, const std::string& private_key);

} // namespace vitrine
