// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace vitrine {

/// JSON in memory. Objects keep their insertion order, on which the digests of W&B's run files
/// depend; the writer sorts where W&B sorts.
///
/// Python's JSON holds more than common parsers do. An integer beyond 64 bits is a binary value
/// of a subtype of ours that holds its text (see big_integer); NaN and the infinities are floats.
using Json = nlohmann::ordered_json;

/// How Python's `json.dumps` was called.
struct JsonStyle {
    bool sort_keys = true; ///< by code point (byte order of UTF-8), at every depth
    int indent = -1;       ///< < 0: one line; else spaces for each level, and a line for each item
    std::string_view item_separator = ", ";
    std::string_view key_separator = ": ";
};

/// Every JSON file of a value in an artifact: `json.dumps(obj, sort_keys=True)`.
inline constexpr JsonStyle kSortedJson{};
/// Run files and the manifest's compact form: `json.dumps(obj)`.
inline constexpr JsonStyle kOrderedJson{.sort_keys = false};
/// The uploaded `wandb_manifest.json`: `json.dumps(obj, indent=4)`.
inline constexpr JsonStyle kManifestJson{.sort_keys = false, .indent = 4, .item_separator = ","};

/// Arrays and objects may lie this deep in each other, in what is read and in what is written.
inline constexpr std::size_t kMaxJsonDepth = 500;

/// The exact bytes that Python's `json.dumps` writes: ASCII only with `\uXXXX` escapes (surrogate
/// pairs beyond U+FFFF; a lone surrogate read from a file is written back), floats as their
/// shortest repr ("1e-05", "1e+16", "1.0", "-0.0", "NaN", "Infinity"), integers of any size, no
/// newline at the end. Inverse: parse_json.
///
/// Throws: InvalidArgument for a string that is not UTF-8, a binary value that is no big integer,
/// or more than kMaxJsonDepth levels, with the pointer of the value in the text ('/data/3/name').
VITRINE_EXPORT std::string render_json(const Json& value, const JsonStyle& style = kSortedJson);
/// The same, appended to `out`. What it throws leaves in `out` what was written before.
VITRINE_EXPORT void append_json(std::string& out, const Json& value,
                                const JsonStyle& style = kSortedJson);

/// Reads what Python's `json.loads` reads: JSON (RFC 8259) and `NaN`, `Infinity`, `-Infinity`,
/// integers of any size; for a key that appears twice the last value counts, at the place of the
/// first. Integers that are not negative are unsigned. Inverse: render_json.
///
/// Throws: InvalidFormat with line and column; also for text that is not UTF-8, a byte order mark,
/// control characters inside strings, and more than kMaxJsonDepth levels.
VITRINE_EXPORT Json parse_json(std::string_view text);

/// A Json that holds an integer of any size by its decimal text ("-123", no leading zeros); an
/// ordinary number where it fits 64 bits. Throws: InvalidFormat for other text.
VITRINE_EXPORT Json big_integer(std::string_view digits);
/// Whether `value` is one beyond 64 bits.
VITRINE_EXPORT bool is_big_integer(const Json& value);
/// The decimal text of any integer Json, big or not. Throws: InvalidArgument otherwise.
VITRINE_EXPORT std::string integer_text(const Json& value);

/// A float as Python's repr() prints it.
VITRINE_EXPORT std::string python_float(double value);

} // namespace vitrine
