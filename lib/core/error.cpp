// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <utility>

namespace vitrine {

namespace {

ErrorCode code_of(std::error_code error) {
    const bool missing =
        error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
    return missing ? ErrorCode::NotFound : ErrorCode::Io;
}

} // namespace

std::string_view to_string(ErrorCode code) {
    switch (code) {
    case ErrorCode::NotFound:
        return "not_found";
    case ErrorCode::AlreadyExists:
        return "already_exists";
    case ErrorCode::InvalidArgument:
        return "invalid_argument";
    case ErrorCode::InvalidFormat:
        return "invalid_format";
    case ErrorCode::Corruption:
        return "corruption";
    case ErrorCode::Conflict:
        return "conflict";
    case ErrorCode::Locked:
        return "locked";
    case ErrorCode::Cancelled:
        return "cancelled";
    case ErrorCode::NotAStore:
        return "not_a_store";
    case ErrorCode::Io:
        return "io";
    case ErrorCode::Database:
        return "database";
    case ErrorCode::Unsupported:
        return "unsupported";
    }
    return "unknown";
}

Error::Error(ErrorCode code, std::string message) : code_(code), text_(std::move(message)) {}

void Error::add_context(std::string_view context) {
    text_.insert(0, concat(context, ": "));
}

IoError::IoError(std::string_view action, const std::filesystem::path& path, std::error_code error)
    : Error(code_of(error),
            concat("cannot ", action, " ", quoted(path.native()), ": ", error.message())),
      path_(path), error_(error) {}

DatabaseError::DatabaseError(ErrorCode code, std::string message, int extended_code)
    : Error(code, std::move(message)), extended_code_(extended_code) {}

DigestMismatch::DigestMismatch(std::string_view what, std::string expected, std::string actual)
    : Error(ErrorCode::Corruption,
            concat(what, " is damaged: expected ", expected, ", got ", actual)),
      expected_(std::move(expected)), actual_(std::move(actual)) {}

} // namespace vitrine
