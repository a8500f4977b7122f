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

/// What necessarily differs from the SDK.
///
/// Pictures and videos that had to be encoded: the SDK's files and ours have the same pixels
/// (MP4: nearly the same) in different bytes, and file names contain parts of digests. Each pair of
/// files is found in a pair of JSON texts, and only if the pixels are equal, the SDK's file is not
/// an input, and the names differ only in digests. Our name and digests then replace the SDK's in
/// what the SDK wrote, so that the comparison is exact again.
///
/// Sets, {"val": [...], "is_set": true}: the SDK writes them in the order in which Python happens
/// to iterate over them. Our order is used if the elements are the same.
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
    /// Our digest for a digest (hex SHA-256, base64 MD5) of an SDK file whose bytes must differ
    /// here; else the digest unchanged.
    std::string digest(const std::string& golden) const;
    /// Whether a file with this SHA-256 (hex) is one of the inputs, which are never encoded.
    bool is_input(const std::string& sha256) const;
    /// Records our number for a number in names that Python took from a memory address.
    void replace_number(const std::string& golden, const std::string& ours);
    /// The SDK's text with our numbers.
    std::string text(std::string golden) const;
    /// Records our MD5 for a JSON with that MD5 (base64).
    void replace_digest(const std::string& golden, const Md5& ours);

private:
    void learn_file(const Json& golden, const Json& actual, const Reader& theirs,
                    const Reader& ours);

    std::set<Sha256> inputs_;
    std::map<std::string, File> files_;
    std::map<std::string, std::string> digests_;
    std::map<std::string, Json> sets_; ///< by the SDK's text
    std::map<std::string, std::string> numbers_;
};

} // namespace vitrine::golden
