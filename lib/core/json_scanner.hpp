// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

namespace vitrine {

/// Takes JSON text apart token by token: the one place that knows the grammar (see parse_json for
/// what Python's JSON holds beside RFC 8259). Of a stream only a window is in memory, which grows
/// to the longest token that the caller asks for as one piece.
///
/// White space in front of a token is skipped by every function. All throw InvalidFormat with line
/// and column for what is not JSON.
class JsonScanner {
public:
    /// `text` must live as long as this.
    explicit JsonScanner(std::string_view text);
    /// `in` must live as long as this. Throws what it throws.
    explicit JsonScanner(std::istream& in);
    JsonScanner(const JsonScanner&) = delete;
    JsonScanner& operator=(const JsonScanner&) = delete;

    /// The first character of the next token; NUL at the end, which no token begins with.
    char peek() {
        skip_space();
        return current();
    }
    /// Skips `c` if the next token is this character.
    bool take(char c) {
        skip_space();
        return take_here(c);
    }
    /// Skips `c`. Throws "expected '<c>', got ...".
    void expect(char c);
    /// Throws unless nothing follows.
    void expect_end();

    /// The text of a string, valid until the next call: a view of the window where there is no
    /// escape in it. A lone surrogate stays one (WTF-8).
    std::string_view read_string();
    /// A key and its colon. The view is valid until the next call.
    std::string_view read_key();
    /// Any value. Throws: also beyond kMaxJsonDepth levels.
    Json read_value() { return read_value(0); }
    /// Skips a value, as strictly as if it were read, and gives its text as it stands, valid until
    /// the next call.
    std::string_view skip_value();
    /// Skips a value and hands every string in it, but for keys, to `visit`.
    void visit_strings(const std::function<void(std::string_view)>& visit);

    /// Throws "invalid JSON at line ... column ...: <what>, got <what stands there>" of the next
    /// token.
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
    // These few are inline since tables of millions of cells spend their time here.
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
    /// Skips a number and says whether it is a float; its text begins at mark_.
    bool skip_number();
    void skip_digits();
    void require_digits();
    void skip_value(std::size_t depth, const std::function<void(std::string_view)>* visit);

    std::string_view decode(std::string_view raw);
    void decode_escape(std::string_view raw, std::size_t& offset);
    std::size_t find_string_end();

    std::string found_at(const char* place) const;
    [[noreturn]] void fail_at(const char* place, std::string_view what, const std::string& got);

    std::istream* in_ = nullptr;
    std::string window_;
    const char* begin_ = nullptr; ///< of what is in memory
    const char* cursor_ = nullptr;
    const char* end_ = nullptr;
    /// What a refill must keep, in front of cursor_; null: nothing.
    const char* mark_ = nullptr;
    std::string decoded_;
    // The place of begin_ in the whole text, from 1.
    std::size_t line_ = 1;
    std::size_t column_ = 1;
};

/// Hands every string of a JSON text, but for keys, to `visit`.
/// Throws: InvalidFormat for what is not JSON.
void visit_json_strings(std::istream& json, const std::function<void(std::string_view)>& visit);

/// The text of a member of a JSON object, the "_type" of a value unless another is asked for; ""
/// for a JSON without it, or where it is no string. Throws: InvalidFormat for what is not JSON.
std::string type_in_json(std::istream& json, std::string_view member = "_type");

} // namespace vitrine
