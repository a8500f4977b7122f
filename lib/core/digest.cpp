// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/md5_multibuffer.hpp"
#include "core/text.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <optional>

namespace vitrine {

namespace {

/// Both algorithms read a piece while it is in the cache.
constexpr std::size_t kPieceBytes = std::size_t{32} * 1024;
/// Fewer byte strings are hashed one after the other: most lanes would be idle.
constexpr std::size_t kFewStrings = 3;

struct DigestDeleter {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};
using Algorithm = std::unique_ptr<EVP_MD, DigestDeleter>;

void require(bool done, const char* what) {
    if (!done) {
        throw Error(ErrorCode::Unsupported, concat("OpenSSL cannot compute ", what));
    }
}

Algorithm fetch(const char* name) {
    Algorithm algorithm(EVP_MD_fetch(nullptr, name, nullptr));
    require(algorithm != nullptr, name);
    return algorithm;
}

// A fetch takes a lock and ten times as long as the hash of a small file, so there is one for each
// algorithm in the life of the process.
const EVP_MD* sha256_algorithm() {
    static const Algorithm algorithm = fetch("SHA256");
    return algorithm.get();
}

const EVP_MD* md5_algorithm() {
    static const Algorithm algorithm = fetch("MD5");
    return algorithm.get();
}

} // namespace

struct Hasher::State {
    /// A context that is allocated once and used for many hashes.
    class Stream {
    public:
        Stream(const EVP_MD* algorithm, const char* name)
            : context_(EVP_MD_CTX_new()), algorithm_(algorithm), name_(name) {
            require(context_ != nullptr, name_);
            begin();
        }

        void begin() {
            require(EVP_DigestInit_ex2(context_.get(), algorithm_, nullptr) == 1, name_);
        }

        void update(std::span<const std::byte> data) {
            require(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1, name_);
        }

        template <std::size_t Size>
        void finish(std::array<std::uint8_t, Size>& out) {
            unsigned int written = 0;
            require(EVP_DigestFinal_ex(context_.get(), out.data(), &written) == 1 &&
                        written == Size,
                    name_);
        }

    private:
        struct FreeContext {
            void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
        };
        std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
        const EVP_MD* algorithm_;
        const char* name_;
    };

    explicit State(Hash which) {
        if (which != Hash::Md5) {
            sha256.emplace(sha256_algorithm(), "SHA-256");
        }
        if (which != Hash::Sha256) {
            md5.emplace(md5_algorithm(), "MD5");
        }
    }

    std::optional<Stream> sha256;
    std::optional<Stream> md5;
    std::uint64_t size = 0;
};

Hasher::Hasher(Hash which) : state_(std::make_unique<State>(which)) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::span<const std::byte> data) {
    state_->size += data.size();
    while (!data.empty()) {
        const auto piece = data.first(std::min(data.size(), kPieceBytes));
        if (state_->sha256) {
            state_->sha256->update(piece);
        }
        if (state_->md5) {
            state_->md5->update(piece);
        }
        data = data.subspan(piece.size());
    }
}

void Hasher::update(std::string_view data) {
    update(as_bytes(data));
}

Digests Hasher::finish() {
    Digests digests;
    if (state_->sha256) {
        state_->sha256->finish(digests.sha256.bytes);
    }
    if (state_->md5) {
        state_->md5->finish(digests.md5.bytes);
    }
    digests.size = state_->size;
    return digests;
}

void Hasher::reset() {
    if (state_->sha256) {
        state_->sha256->begin();
    }
    if (state_->md5) {
        state_->md5->begin();
    }
    state_->size = 0;
}

namespace {

/// The thread's hasher of that kind, reset.
template <Hash Which>
Hasher& thread_hasher() {
    thread_local Hasher hasher(Which);
    hasher.reset();
    return hasher;
}

template <Hash Which>
Digests hash_file(const std::filesystem::path& path) {
    const FileDescriptor file = open_for_reading(path);
    Hasher& hasher = thread_hasher<Which>();
    read_in_pieces(file, path, [&](std::span<const std::byte> piece) { hasher.update(piece); });
    return hasher.finish();
}

} // namespace

Digests digests_of(std::span<const std::byte> data) {
    Hasher& hasher = thread_hasher<Hash::Both>();
    hasher.update(data);
    return hasher.finish();
}

Digests digests_of(std::string_view data) {
    return digests_of(as_bytes(data));
}

std::vector<Digests> digests_of_each(std::span<const std::span<const std::byte>> data) {
    std::vector<Digests> digests(data.size());
    if (data.size() < kFewStrings) {
        std::ranges::transform(data, digests.begin(),
                               [](std::span<const std::byte> bytes) { return digests_of(bytes); });
        return digests;
    }
    const std::vector<Md5> md5 = md5_of_each(data);
    for (std::size_t i = 0; i < data.size(); ++i) {
        digests[i] = {sha256_of(data[i]), md5[i], data[i].size()};
    }
    return digests;
}

Digests digests_of_file(const std::filesystem::path& path) {
    return hash_file<Hash::Both>(path);
}

Sha256 sha256_of(std::span<const std::byte> data) {
    Hasher& hasher = thread_hasher<Hash::Sha256>();
    hasher.update(data);
    return hasher.finish().sha256;
}

Sha256 sha256_of(std::string_view data) {
    return sha256_of(as_bytes(data));
}

Sha256 sha256_of_file(const std::filesystem::path& path) {
    return hash_file<Hash::Sha256>(path).sha256;
}

} // namespace vitrine
