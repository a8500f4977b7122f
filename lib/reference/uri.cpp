// SPDX-License-Identifier: MIT
#include "reference/uri.hpp"

#include <algorithm>

namespace vitrine {

namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_scheme_character(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

/// Returns the length of the scheme; 0 if there is none.
std::size_t scheme_length(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_letter(text.front()) ||
        !std::ranges::all_of(text.substr(0, colon), is_scheme_character)) {
        return 0;
    }
    return colon;
}

} // namespace

Uri Uri::parse(std::string_view text) {
    Uri uri;
    if (const std::size_t length = scheme_length(text); length > 0) {
        uri.scheme = text.substr(0, length);
        std::ranges::transform(uri.scheme, uri.scheme.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        text.remove_prefix(length + 1);
    }
    if (text.starts_with("//")) {
        text.remove_prefix(2);
        const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
        uri.host = text.substr(0, end);
        text.remove_prefix(end);
    }
    uri.path = text.substr(0, text.find_first_of("?#"));
    return uri;
}

std::optional<std::filesystem::path> local_path_of(std::string_view uri) {
    const Uri parsed = Uri::parse(uri);
    if (parsed.scheme != "file") {
        return std::nullopt;
    }
    return parsed.local_path();
}

std::string_view last_component(std::string_view text) {
    const std::size_t slash = text.rfind('/');
    return slash == std::string_view::npos ? text : text.substr(slash + 1);
}

std::string join_path(std::string_view folder, std::string_view name) {
    std::string joined(folder);
    if (!joined.empty() && !joined.ends_with('/')) {
        joined += '/';
    }
    return joined.append(name);
}

} // namespace vitrine
