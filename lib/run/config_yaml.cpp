// SPDX-License-Identifier: MIT
//
// Writes only what all readers of YAML 1.1 and 1.2 read alike: keys and values in flow form, as in
// JSON, and text always in double quotes. The differences from JSON are numbers that YAML 1.1 would
// read as text ("1e-05" has no dot), NaN and the infinities, characters that YAML requires to be
// escaped, and characters beyond U+FFFF, which are not escaped since YAML has no surrogate pairs.
#include "run/config_yaml.hpp"

#include "core/hex.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace vitrine {

namespace {

/// A key with more bytes than this needs the mark of an explicit key, since readers search at most
/// 1024 characters for the colon.
constexpr std::size_t kMaxPlainKey = 120;

/// Whether YAML calls a character printable and it is neither a line break nor the byte order mark.
bool stands_for_itself(std::uint32_t code) {
    return (code >= 0x20 && code <= 0x7e) ||
           (code >= 0xa0 && code <= 0xd7ff && code != 0x2028 && code != 0x2029) ||
           (code >= 0xe000 && code <= 0xfffd && code != 0xfeff) || code >= 0x10000;
}

std::string quoted_text(std::string_view text) {
    std::string out = "\"";
    for (std::size_t offset = 0; offset < text.size();) {
        const auto [code, length] = decode_utf8(text, offset);
        const std::string_view bytes = text.substr(offset, length);
        offset += length;
        if (code == '"' || code == '\\') {
            out += '\\';
            out += bytes;
        } else if (stands_for_itself(code)) {
            out += bytes;
        } else if (code <= 0xff) {
            append_hex_escape(out, 'x', code, 2, kUpperHexDigits);
        } else {
            append_hex_escape(out, 'u', code, 4, kUpperHexDigits);
        }
    }
    return out + '"';
}

std::string number_text(double number) {
    if (std::isnan(number)) {
        return ".nan";
    }
    if (std::isinf(number)) {
        return number < 0 ? "-.inf" : ".inf";
    }
    std::string text = python_float(number);
    const auto exponent = text.find('e');
    if (exponent != std::string::npos && text.find('.') == std::string::npos) {
        text.insert(exponent, ".0");
    }
    return text;
}

/// Returns the key, with its mark if it needs one, and the colon.
std::string key_text(std::string text, std::string_view colon) {
    return text.size() > kMaxPlainKey ? "? " + text + std::string(colon)
                                      : text + std::string(colon).substr(colon.find(':'));
}

std::string flow(const Json& value);

std::string flow_object(const Json& object) {
    std::string out = "{";
    for (const auto& [key, member] : object.items()) {
        out += (out.size() > 1 ? ", " : "") + key_text(quoted_text(key), " : ") + flow(member);
    }
    return out + "}";
}

std::string flow_array(const Json& array) {
    std::string out = "[";
    for (const auto& item : array) {
        out += (out.size() > 1 ? ", " : "") + flow(item);
    }
    return out + "]";
}

std::string flow(const Json& value) {
    if (value.is_object()) {
        return flow_object(value);
    }
    if (value.is_array()) {
        return flow_array(value);
    }
    if (value.is_string()) {
        return quoted_text(value.get_ref<const std::string&>());
    }
    if (value.is_number_float()) {
        return number_text(value.get<double>());
    }
    return render_json(value, kOrderedJson);
}

/// Whether a text has only letters, digits and '_', and every reader takes it as text.
bool is_plain_word(std::string_view text) {
    constexpr std::array<std::string_view, 9> kWords = {"null", "true", "false", "yes", "no",
                                                        "on",   "off",  "y",     "n"};
    std::string lower;
    for (const char c : text) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (!upper && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') {
            return false;
        }
        lower += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const bool starts_well = !lower.empty() && !(lower[0] >= '0' && lower[0] <= '9');
    return starts_well && lower.find_first_not_of('_') != std::string::npos &&
           std::find(kWords.begin(), kWords.end(), lower) == kWords.end();
}

void append_entry(std::string& out, const std::string& key, const Json& value) {
    out += key_text(is_plain_word(key) ? key : quoted_text(key), "\n:");
    out += "\n  desc: null\n  value: " + flow(value) + '\n';
}

} // namespace

std::string render_config_yaml(const Json& config, const Json& wandb) {
    static_cast<void>(render_json(config)); // throws if it is not UTF-8 or nested too deeply
    static_cast<void>(render_json(wandb));
    std::string out = "wandb_version: 1\n";
    if (!wandb.empty() || !config.empty()) {
        out += '\n';
    }
    if (!wandb.empty()) {
        append_entry(out, "_wandb", wandb);
    }
    for (const auto& [key, value] : config.items()) {
        append_entry(out, key, value);
    }
    return out;
}

} // namespace vitrine
