// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace vitrine::golden {

/// What is other than in the SDK by nature.
///
/// Pictures and videos that had to be encoded: the SDK's files and ours hold the same pixels in
/// other bytes (of MP4 nearly the same), and file names hold parts of digests. For each such file:
/// ours. It is learnt from a pair of JSON texts, and only if the pixels are equal, the SDK's file
/// is none of the inputs, and our name is the SDK's but for the digests in it. What is learnt is
/// then replaced in what the SDK wrote, and the comparison is exact again.
///
/// Sets, {"val": [...], "is_set": true}: the SDK writes them in the order in which Python happens
/// to hold them. Ours is learnt where the elements are the same.
class Substitutions {
public:
    struct File {
        std::string path; ///< ours
        Digests digests;  ///< of ours
    };
    /// The bytes at a path; nothing if there is no such file.
    using Reader = std::function<std::optional<std::string>(const std::string& path)>;

    /// `inputs`: digests of all input files of the case.
    explicit Substitutions(std::set<Sha256> inputs) : inputs_(std::move(inputs)) {}

    /// Goes through both texts at once; `theirs` and `ours` read the files that they name.
    void learn(const Json& golden, const Json& actual, const Reader& theirs, const Reader& ours);

    /// `golden` with our paths, and our "sha256" and "size" beside them.
    Json apply(const Json& golden) const;
    /// Nothing if the file is not substituted.
    const File* find(const std::string& golden_path) const;
    /// Ours for a digest (hex SHA-256, base64 MD5) of a file of the SDK's that cannot be the same
    /// bytes here; else the digest as it is.
    std::string digest(const std::string& golden) const;
    /// Whether a file of that SHA-256 (hex) is one of the inputs, which nobody encodes.
    bool is_input(const std::string& sha256) const;
    /// Remembers that a number in names, which Python took from an address, is another one here.
    void replace_number(const std::string& golden, const std::string& ours);
    /// The SDK's text with our numbers.
    std::string text(std::string golden) const;
    /// Remembers that a JSON of that MD5 (base64) has another one here.
    void replace_digest(const std::string& golden, const Md5& ours);

private:
    void learn_file(const Json& golden, const Json& actual, const Reader& theirs,
                    const Reader& ours);

    std::set<Sha256> inputs_;
    std::map<std::string, File> files_;
    std::map<std::string, std::string> digests_;
    std::map<std::string, Json> sets_; ///< by the text of the SDK's
    std::map<std::string, std::string> numbers_;
};

} // namespace vitrine::golden
