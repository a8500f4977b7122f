// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <streambuf>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vitrine {

/// A digest that is known of some bytes; monostate if none is.
using ExpectedDigest = std::variant<std::monostate, Sha256, Md5>;

/// A stream of a file's bytes that compares them with their digest at the end: a reader that
/// reaches the end has read the right bytes. Reading throws IoError, and at the end DigestMismatch.
class CheckedInput final : public std::istream {
public:
    /// `what` names the file in messages: "object 'ab12...'". Throws: IoError.
    CheckedInput(const std::filesystem::path& path, const ExpectedDigest& expected,
                 std::string what);
    /// Reads an open file. `path` is used in messages.
    CheckedInput(std::shared_ptr<const FileDescriptor> file, const std::filesystem::path& path,
                 const ExpectedDigest& expected, std::string what);
    /// Reads a part of an open file: `size` bytes from `offset` on.
    CheckedInput(std::shared_ptr<const FileDescriptor> file, const std::filesystem::path& path,
                 std::uint64_t offset, std::uint64_t size, const ExpectedDigest& expected,
                 std::string what);

    /// Reads to the end. A parser calls it before it reports bad text, since damaged bytes are
    /// reported as such. Throws: DigestMismatch; IoError.
    void drain();

private:
    class Buffer final : public std::streambuf {
    public:
        Buffer(std::shared_ptr<const FileDescriptor> file, const std::filesystem::path& path,
               std::uint64_t offset, std::uint64_t end, const ExpectedDigest& expected,
               std::string what);

    protected:
        int_type underflow() override;
        std::streamsize xsgetn(char* out, std::streamsize size) override;

    private:
        std::size_t read_on(char* out, std::size_t size);
        void compare();

        std::filesystem::path path_;
        std::shared_ptr<const FileDescriptor> file_;
        ExpectedDigest expected_;
        std::string what_;
        Hasher hasher_;
        std::uint64_t offset_;
        std::uint64_t end_; ///< the bytes end here, or at the end of the file
        bool is_compared_ = false;
        std::vector<char> piece_;
    };
    Buffer buffer_;
};

} // namespace vitrine
