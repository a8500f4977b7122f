// SPDX-License-Identifier: MIT
#include "core/checked_input.hpp"

#include <vitrine/core/error.hpp>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10;

} // namespace

CheckedInput::Buffer::Buffer(std::shared_ptr<const FileDescriptor> file,
                             const std::filesystem::path& path, std::uint64_t offset,
                             std::uint64_t end, const ExpectedDigest& expected, std::string what)
    : path_(path), file_(std::move(file)), expected_(expected), what_(std::move(what)),
      hasher_(std::holds_alternative<Md5>(expected) ? Hash::Md5 : Hash::Sha256), offset_(offset),
      end_(end) {}

/// Reads and hashes what comes next, and compares at the end.
std::size_t CheckedInput::Buffer::read_on(char* out, std::size_t size) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - offset_));
    const std::size_t read =
        read_at(*file_, std::as_writable_bytes(std::span(out, wanted)), offset_, path_);
    offset_ += read;
    if (!std::holds_alternative<std::monostate>(expected_)) {
        hasher_.update(std::string_view(out, read));
    }
    if (read < size && !is_compared_) {
        is_compared_ = true;
        compare();
    }
    return read;
}

void CheckedInput::Buffer::compare() {
    if (std::holds_alternative<std::monostate>(expected_)) {
        return;
    }
    const Digests actual = hasher_.finish();
    if (const auto* sha256 = std::get_if<Sha256>(&expected_);
        sha256 != nullptr && actual.sha256 != *sha256) {
        throw DigestMismatch(what_, sha256->hex(), actual.sha256.hex());
    }
    if (const auto* md5 = std::get_if<Md5>(&expected_); md5 != nullptr && actual.md5 != *md5) {
        throw DigestMismatch(what_, md5->base64(), actual.md5.base64());
    }
}

CheckedInput::Buffer::int_type CheckedInput::Buffer::underflow() {
    if (is_compared_) {
        return traits_type::eof();
    }
    piece_.resize(kReadBytes);
    const std::size_t read = read_on(piece_.data(), piece_.size());
    setg(piece_.data(), piece_.data(), piece_.data() + read);
    return read == 0 ? traits_type::eof() : traits_type::to_int_type(piece_.front());
}

std::streamsize CheckedInput::Buffer::xsgetn(char* out, std::streamsize size) {
    const auto wanted = static_cast<std::size_t>(size);
    const std::size_t held = std::min(wanted, static_cast<std::size_t>(egptr() - gptr()));
    std::copy_n(gptr(), held, out);
    setg(eback(), gptr() + held, egptr());
    const std::size_t read =
        held < wanted && !is_compared_ ? read_on(out + held, wanted - held) : 0;
    return static_cast<std::streamsize>(held + read);
}

CheckedInput::CheckedInput(const std::filesystem::path& path, const ExpectedDigest& expected,
                           std::string what)
    : CheckedInput(std::make_shared<const FileDescriptor>(open_for_reading(path)), path, expected,
                   std::move(what)) {}

CheckedInput::CheckedInput(std::shared_ptr<const FileDescriptor> file,
                           const std::filesystem::path& path, const ExpectedDigest& expected,
                           std::string what)
    : CheckedInput(std::move(file), path, 0, std::numeric_limits<std::uint64_t>::max(), expected,
                   std::move(what)) {}

CheckedInput::CheckedInput(std::shared_ptr<const FileDescriptor> file,
                           const std::filesystem::path& path, std::uint64_t offset,
                           std::uint64_t size, const ExpectedDigest& expected, std::string what)
    : std::istream(nullptr),
      buffer_(std::move(file), path, offset, offset + size, expected, std::move(what)) {
    rdbuf(&buffer_);
    // Errors are thrown, and not turned into a flag of the stream.
    exceptions(std::ios::badbit);
}

void CheckedInput::drain() {
    clear();
    ignore(std::numeric_limits<std::streamsize>::max());
}

} // namespace vitrine
