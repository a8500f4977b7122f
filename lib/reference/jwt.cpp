// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "reference/google_credentials.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

namespace vitrine {

namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// Base64 as in URLs, without padding (RFC 7515).
std::string render_base64url(std::string_view bytes) {
    std::string text = render_base64(bytes);
    text.erase(text.find_last_not_of('=') + 1);
    for (char& c : text) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    return text;
}

/// Refuses an encrypted key instead of asking for its password at the terminal.
int no_password(char*, int, int, void*) {
    return -1;
}

std::string sign_rs256(const std::string& text, const std::string& private_key) {
    const std::unique_ptr<BIO, FreeBio> pem(
        BIO_new_mem_buf(private_key.data(), static_cast<int>(private_key.size())));
    const std::unique_ptr<EVP_PKEY, FreeKey> key(
        PEM_read_bio_PrivateKey(pem.get(), nullptr, no_password, nullptr));
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
        throw Error(ErrorCode::InvalidFormat, "the private key is no RSA key in PEM");
    }
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    const auto* data = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    std::string signature;
    bool done = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
                EVP_DigestSign(context.get(), nullptr, &size, data, text.size()) == 1;
    if (done) {
        signature.resize(size);
        done = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                              &size, data, text.size()) == 1;
        signature.resize(size);
    }
    if (!done) {
        throw Error(ErrorCode::Unsupported, "cannot sign with the private key");
    }
    return signature;
}

} // namespace

std::string sign_jwt(const Json& claims, const std::string& key_id,
                     const std::string& private_key) {
    Json header = {{"alg", "RS256"}, {"typ", "JWT"}};
    if (!key_id.empty()) {
        header["kid"] = key_id;
    }
    const std::string text =
        render_base64url(render_json(header)) + "." + render_base64url(render_json(claims));
    return text + "." + render_base64url(sign_rs256(text, private_key));
}

} // namespace vitrine
