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

/// The reader of standard output went away (`vitrine ls x:v0 | head`): the command ends without a
/// word.
class OutputClosed : public std::exception {
public:
    const char* what() const noexcept override { return "standard output was closed"; }
};

/// Standard output: results, and nothing else. Buffered; flush() at the end.
class Output {
public:
    Output(bool json, bool color) : json_(json), color_(color) {}

    /// Whether results are one JSON document instead of text.
    bool json() const noexcept { return json_; }

    /// Throws: OutputClosed, IoError; so do all below.
    void write(std::string_view bytes);
    void line(std::string_view text);
    /// The one document of a command in JSON.
    void document(const Json& json);
    /// A table with a line of titles.
    void table(const TextTable& table);
    void flush();

    /// `text` as a heading where the terminal has colours.
    std::string heading(std::string_view text) const;
    std::string faint(std::string_view text) const;

private:
    std::string buffer_;
    bool json_;
    bool color_;
};

/// Writes a JSON array item by item, so that a listing of a million entries needs no memory.
class JsonArrayWriter {
public:
    explicit JsonArrayWriter(Output& out) : out_(out) {}
    void add(const Json& item);
    void finish();

private:
    Output& out_;
    bool empty_ = true;
};

/// Standard error: messages for people, and the progress of long work while it is a terminal.
/// Safe to use from many threads only as far as Progress observers are: one call at a time.
class Messages {
public:
    Messages(bool json, bool quiet, bool color);
    ~Messages();
    Messages(const Messages&) = delete;
    Messages& operator=(const Messages&) = delete;

    /// What a person may want to know; dropped by --quiet.
    void note(std::string_view text);
    /// What was not done or looks wrong; never dropped.
    void warning(std::string_view text);
    /// Why the command failed: a line of text, or the JSON error.
    void error(std::string_view code, std::string_view text);
    /// Redraws the line of progress, at most ten times a second.
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

/// Whether escape sequences may be written to a descriptor: a terminal that is not dumb, and
/// neither NO_COLOR nor --no-color.
bool may_color(int descriptor, bool no_color);

/// `text` as JSON can hold it: what is not UTF-8 as \xNN.
std::string json_text(std::string_view text);

} // namespace vitrine::tool
