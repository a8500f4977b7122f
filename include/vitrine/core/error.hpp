// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace vitrine {

/// The kinds of errors that a program may want to tell apart.
///
/// The values are frozen: new ones are added at the end.
enum class ErrorCode {
    NotFound,        ///< the requested thing does not exist
    AlreadyExists,   ///< the name or path is in use
    InvalidArgument, ///< the caller passed an unacceptable value
    InvalidFormat,   ///< a file or text does not follow its format
    Corruption,      ///< stored bytes have changed or are missing
    Conflict,        ///< two values that must be equal differ
    Locked,          ///< another process holds a lock for too long
    Cancelled,       ///< the caller's stop token asked to stop
    NotAStore,       ///< not a store, or one that only `repair` may open
    Io,              ///< the operating system reported an error
    Database,        ///< SQLite reported an error
    Unsupported,     ///< known, but not supported by this build or for this type
};

/// The code in lower case, as in the command's JSON output: "not_found", "invalid_format", ...
VITRINE_EXPORT std::string_view to_string(ErrorCode code);

/// The base class of all errors that vitrine reports. "Throws" in these headers names codes, and
/// the classes derived from Error.
///
/// Exceptions of the standard library pass through, and no header lists them: std::bad_alloc, and
/// std::filesystem::filesystem_error for a folder that the user may not enter.
///
/// Messages are lower case, quote the value in question ('...'), and say "expected X, got Y".
/// Callers on the way up put what they were doing in front:
///
///     catch (Error& error) {
///         error.add_context("reading manifest of 'cells:v3'");
///         throw;
///     }
///
/// makes "reading manifest of 'cells:v3': unexpected end of file ...".
class VITRINE_EXPORT Error : public std::exception {
public:
    /// An error with that message, without context.
    Error(ErrorCode code, std::string message);

    /// What kind of error it is.
    ErrorCode code() const noexcept { return code_; }

    /// The message with all context in front, the outermost first. Valid until add_context.
    const char* what() const noexcept override { return text_.c_str(); }

    /// Puts `context` and ": " in front of the message.
    void add_context(std::string_view context);

private:
    ErrorCode code_;
    std::string text_;
};

/// The operating system reported an error for a path. The code is NotFound if the path does not
/// exist, else Io.
class VITRINE_EXPORT IoError : public Error {
public:
    /// "cannot <action> '<path>': <text of error>"
    IoError(std::string_view action, const std::filesystem::path& path, std::error_code error);

    /// The path as it was given to the constructor. Valid while this error lives.
    const std::filesystem::path& path() const noexcept { return path_; }
    /// The operating system's error.
    std::error_code error_code() const noexcept { return error_; }

private:
    std::filesystem::path path_;
    std::error_code error_;
};

/// SQLite reported an error. The code is Locked if another process kept the database busy, else
/// Database.
class VITRINE_EXPORT DatabaseError : public Error {
public:
    /// `code` is Locked or Database; `extended_code` is SQLite's.
    DatabaseError(ErrorCode code, std::string message, int extended_code);

    /// SQLite's extended result code.
    int extended_code() const noexcept { return extended_code_; }

private:
    int extended_code_;
};

/// Stored bytes do not have the digest that their name or manifest says. The code is Corruption.
class VITRINE_EXPORT DigestMismatch : public Error {
public:
    /// "<what> is damaged: expected <expected>, got <actual>"
    DigestMismatch(std::string_view what, std::string expected, std::string actual);

    /// The digest that the bytes should have, as text: hex of a SHA-256, base64 of an MD5. Valid
    /// while this error lives.
    const std::string& expected() const noexcept { return expected_; }
    /// The digest that the bytes have, in the same form. Valid while this error lives.
    const std::string& actual() const noexcept { return actual_; }

private:
    std::string expected_;
    std::string actual_;
};

} // namespace vitrine
