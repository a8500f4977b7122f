// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace vitrine {

/// JSON in memory. Objects keep their insertion order, on which the digests of W&B's run files
/// depend; the writer sorts keys where W&B does.
///
/// It holds all that Python's JSON can: NaN and the infinities are floats; an integer beyond 64
/// bits is a binary value with a subtype of its own that holds the decimal text (see big_integer).
/// Its own members throw nlohmann's exceptions, not vitrine's.
using Json = nlohmann::ordered_json;

/// The arguments of Python's `json.dumps`.
struct JsonStyle {
    bool sort_keys = true; ///< by code point (byte order of UTF-8), at every depth
    /// Below 0: all in one line; else a line for each item, and this many spaces per level.
    int indent = -1;
    std::string_view item_separator = ", "; ///< between two items
    std::string_view key_separator = ": ";  ///< between a key and its value
};

/// The JSON files of values in artifacts: `json.dumps(obj, sort_keys=True)`.
inline constexpr JsonStyle kSortedJson{};
/// The files of runs, and the manifest in memory: `json.dumps(obj)`.
inline constexpr JsonStyle kOrderedJson{.sort_keys = false};
/// The uploaded `wandb_manifest.json`: `json.dumps(obj, indent=4)`.
inline constexpr JsonStyle kManifestJson{.sort_keys = false, .indent = 4, .item_separator = ","};

/// The maximum depth of nested arrays and objects, for reading and writing.
inline constexpr std::size_t kMaxJsonDepth = 500;

/// Returns the exact bytes that Python's `json.dumps` writes. Inverse: parse_json.
///
/// - ASCII only, with `\uXXXX` escapes: surrogate pairs beyond U+FFFF; a lone surrogate that was
///   read is written back.
/// - Floats are their shortest repr: "1e-05", "1e+16", "1.0", "-0.0", "NaN", "Infinity".
/// - Integers may have any size. There is no newline at the end.
///
/// Throws: InvalidArgument for a string that is not UTF-8, a binary value that is no big integer,
/// or more than kMaxJsonDepth levels. The message contains the value's JSON pointer
/// ('/data/3/name').
VITRINE_EXPORT std::string render_json(const Json& value, const JsonStyle& style = kSortedJson);
/// The same, but appends to `out`. After an exception `out` ends with a part of the text.
/// Throws: as render_json.
VITRINE_EXPORT void append_json(std::string& out, const Json& value,
                                const JsonStyle& style = kSortedJson);

/// Parses what Python's `json.loads` accepts: JSON (RFC 8259), `NaN`, `Infinity` and `-Infinity`,
/// and integers of any size. If a key appears twice, the last value counts, at the position of the
/// first. Integers that are not negative are unsigned. Inverse: render_json.
///
/// Throws: InvalidFormat with line and column, also for text that is not UTF-8, a byte order mark,
/// control characters in strings, and more than kMaxJsonDepth levels.
VITRINE_EXPORT Json parse_json(std::string_view text);

/// Returns an integer of any size from its decimal text ("-123", no leading zeros). It is an
/// ordinary number if it fits 64 bits. Throws: InvalidFormat for other text.
VITRINE_EXPORT Json big_integer(std::string_view digits);
/// Returns whether `value` is an integer beyond 64 bits.
VITRINE_EXPORT bool is_big_integer(const Json& value);
/// Returns the decimal text of an integer of any size. Throws: InvalidArgument if `value` is no
/// integer.
VITRINE_EXPORT std::string integer_text(const Json& value);

/// Returns a float as Python's json.dumps writes it: "1.0", "1e-05", "NaN", "Infinity".
VITRINE_EXPORT std::string python_float(double value);

} // namespace vitrine
