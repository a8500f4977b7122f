// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace vitrine {

/// What went wrong, as far as a program may want to act on it.
///
/// The values are frozen: new ones are added at the end.
enum class ErrorCode {
    NotFound,        ///< the thing asked for does not exist
    AlreadyExists,   ///< a name or path is taken by something else
    InvalidArgument, ///< the caller's value is not acceptable
    InvalidFormat,   ///< a file or text does not follow its format
    Corruption,      ///< stored bytes are not what was stored
    Conflict,        ///< two things that may not differ do
    Locked,          ///< another process holds what is needed
    Cancelled,       ///< the caller's stop token asked to stop
    NotAStore,       ///< no store there, or one that only `repair` may open
    Io,              ///< the operating system refused
    Database,        ///< SQLite refused
    Unsupported,     ///< known, but not in this build or not for this type
};

/// Lower-case words for a code, as in the command's JSON: "not_found", "invalid_format", ...
VITRINE_EXPORT std::string_view to_string(ErrorCode code);

/// Every error that vitrine reports.
///
/// Texts are lower case, quote the datum ('...'), and say "expected X, got Y". While an error
/// travels up, callers put what they were doing in front of it:
///
///     catch (Error& error) {
///         error.add_context("reading manifest of 'cells:v3'");
///         throw;
///     }
///
/// gives "reading manifest of 'cells:v3': unexpected end of file ...".
class VITRINE_EXPORT Error : public std::exception {
public:
    Error(ErrorCode code, std::string message);

    ErrorCode code() const noexcept { return code_; }

    /// The message with all context in front, outermost first.
    const char* what() const noexcept override { return text_.c_str(); }

    /// Puts `context` and ": " in front of the text.
    void add_context(std::string_view context);

private:
    ErrorCode code_;
    std::string text_;
};

/// The operating system refused an operation on a path (code Io, or NotFound where the path is
/// missing).
class VITRINE_EXPORT IoError : public Error {
public:
    /// "cannot <action> '<path>': <text of error>"
    IoError(std::string_view action, const std::filesystem::path& path, std::error_code error);

    const std::filesystem::path& path() const noexcept { return path_; }
    std::error_code error_code() const noexcept { return error_; }

private:
    std::filesystem::path path_;
    std::error_code error_;
};

/// SQLite refused (code Database, or Locked when the database stayed busy).
class VITRINE_EXPORT DatabaseError : public Error {
public:
    DatabaseError(ErrorCode code, std::string message, int extended_code);

    /// SQLite's extended result code.
    int extended_code() const noexcept { return extended_code_; }

private:
    int extended_code_;
};

/// Stored bytes have another digest than their name or manifest says (code Corruption).
class VITRINE_EXPORT DigestMismatch : public Error {
public:
    /// "<what> is damaged: expected <expected>, got <actual>"
    DigestMismatch(std::string_view what, std::string expected, std::string actual);

    const std::string& expected() const noexcept { return expected_; }
    const std::string& actual() const noexcept { return actual_; }

private:
    std::string expected_;
    std::string actual_;
};

} // namespace vitrine
