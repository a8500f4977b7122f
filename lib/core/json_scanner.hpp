// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

namespace vitrine {

/// Receives a string of a JSON text and the name of the innermost object member that contains it;
/// "" outside of objects. Both are valid during the call.
using JsonStringVisitor = std::function<void(std::string_view member, std::string_view text)>;

/// Reads JSON text token by token: the only code that knows the grammar (parse_json says what
/// Python accepts beyond RFC 8259). Holds only a window of a stream in memory, which grows to the
/// longest token that the caller reads as a whole.
///
/// Every function skips white space before a token. Throws: InvalidFormat with line and column,
/// from every member, for text that is not JSON.
class JsonScanner {
public:
    /// `text` must outlive the scanner.
    explicit JsonScanner(std::string_view text);
    /// `in` must outlive the scanner. Throws: what `in` throws.
    explicit JsonScanner(std::istream& in);
    JsonScanner(const JsonScanner&) = delete;
    JsonScanner& operator=(const JsonScanner&) = delete;

    /// The first character of the next token; NUL at the end.
    char peek() {
        skip_space();
        return current();
    }
    /// Skips `c` if it is the next token. Returns whether it was.
    bool take(char c) {
        skip_space();
        return take_here(c);
    }
    /// Skips `c`. Throws "expected '<c>', got ...".
    void expect(char c);
    /// Throws unless the text ends here.
    void expect_end();

    /// Reads a string. The view is valid until the next call; it refers to the window if the string
    /// has no escapes. A lone surrogate stays one (WTF-8).
    std::string_view read_string();
    /// Reads a key and its colon. The view is valid until the next call.
    std::string_view read_key();
    /// Reads any value. Throws: also for more than kMaxJsonDepth levels.
    Json read_value() { return read_value(0); }
    /// Skips a value, as strictly as read_value reads it. Returns its text, valid until the next
    /// call.
    std::string_view skip_value();
    /// Skips a value and calls `visit` for every string in it, except for keys.
    void visit_strings(const JsonStringVisitor& visit);

    /// Throws "invalid JSON at line ... column ...: <what>, got <text>" for the next token.
    [[noreturn]] void fail(std::string_view what);

private:
    bool refill();
    bool at_end() { return cursor_ == end_ && !refill(); }
    char current() { return at_end() ? '\0' : *cursor_; }
    bool take_here(char c) {
        if (at_end() || *cursor_ != c) {
            return false;
        }
        ++cursor_;
        return true;
    }
    bool take_word(std::string_view word);
    // Inline, since tables of millions of cells spend their time here.
    void skip_space() {
        while (!at_end() &&
               (*cursor_ == ' ' || *cursor_ == '\t' || *cursor_ == '\n' || *cursor_ == '\r')) {
            ++cursor_;
        }
    }
    std::size_t enter(std::size_t depth);
    static bool begins_number(char c);

    Json read_value(std::size_t depth);
    Json read_word();
    Json read_array(std::size_t depth);
    Json read_object(std::size_t depth);
    Json read_number();
    /// Skips a number, whose text starts at mark_. Returns whether it is a float.
    bool skip_number();
    void skip_digits();
    void require_digits();
    void skip_value(std::size_t depth, const JsonStringVisitor* visit, std::string_view member);

    std::string_view decode(std::string_view raw);
    void decode_escape(std::string_view raw, std::size_t& offset);
    std::size_t find_string_end();

    std::string found_at(const char* at) const;
    [[noreturn]] void fail_at(const char* at, std::string_view what, const std::string& got);

    std::istream* in_ = nullptr;
    std::string window_;
    const char* begin_ = nullptr; ///< of the text in memory
    const char* cursor_ = nullptr;
    const char* end_ = nullptr;
    /// A refill keeps the text from here on; null: from cursor_ on.
    const char* mark_ = nullptr;
    std::string decoded_;
    // The position of begin_ in the whole text, counted from 1.
    std::size_t line_ = 1;
    std::size_t column_ = 1;
};

/// Calls `visit` for every string of a JSON text, except for keys. Throws: InvalidFormat for text
/// that is not JSON.
void visit_json_strings(std::istream& json, const JsonStringVisitor& visit);

/// The text of a member of a JSON object, by default a value's "_type"; "" if there is no such
/// member or it is not a string. Throws: InvalidFormat for text that is not JSON.
std::string type_in_json(std::istream& json, std::string_view member = "_type");

} // namespace vitrine
