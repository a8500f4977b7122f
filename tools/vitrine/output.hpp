// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/core/progress.hpp>

#include "text.hpp"

#include <chrono>
#include <exception>
#include <string>
#include <string_view>

namespace vitrine::tool {

/// Standard output was closed by its reader (`vitrine ls x:v0 | head`): the command ends silently.
class OutputClosed : public std::exception {
public:
    const char* what() const noexcept override { return "standard output was closed"; }
};

/// Standard output, for results only. Buffered: call flush() at the end.
class Output {
public:
    Output(bool json, bool color) : json_(json), color_(color) {}

    /// Whether results are one JSON document instead of text.
    bool json() const noexcept { return json_; }

    /// Throws: OutputClosed; IoError. So do the functions below.
    void write(std::string_view bytes);
    void line(std::string_view text);
    /// Writes the JSON document of a command.
    void document(const Json& json);
    /// Writes a table with a line of titles.
    void table(const TextTable& table);
    void flush();

    /// Returns `text` in bold if the output is in colour.
    std::string heading(std::string_view text) const;
    std::string faint(std::string_view text) const;

private:
    std::string buffer_;
    bool json_;
    bool color_;
};

/// Writes a JSON array item by item, so that a listing of a million entries is not held in memory.
class JsonArrayWriter {
public:
    explicit JsonArrayWriter(Output& out) : out_(out) {}
    void add(const Json& item);
    void finish();

private:
    Output& out_;
    bool empty_ = true;
};

/// Standard error: messages for people, and a progress line if it is a terminal. Not thread-safe:
/// one call at a time, which Progress observers are guaranteed.
class Messages {
public:
    Messages(bool json, bool quiet, bool color);
    ~Messages();
    Messages(const Messages&) = delete;
    Messages& operator=(const Messages&) = delete;

    /// Prints information; suppressed by --quiet.
    void log(std::string_view text);
    /// Prints a warning; never suppressed.
    void warn(std::string_view text);
    /// Prints why the command failed: a line of text, or a JSON error.
    void error(std::string_view code, std::string_view text);
    /// Redraws the progress line, at most ten times a second.
    void progress(const Progress& progress);
    void clear_progress();

private:
    void write(std::string_view text);

    bool json_;
    bool quiet_;
    bool color_;
    bool draws_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point last_draw_;
};

/// Whether escape sequences may be written to a descriptor: it is a terminal that is not dumb, and
/// neither NO_COLOR nor --no-color is set.
bool may_color(int descriptor, bool no_color);

/// Returns `text` as UTF-8 for JSON; if it is not UTF-8, its invalid bytes become \xNN.
std::string json_text(std::string_view text);

} // namespace vitrine::tool
