// SPDX-License-Identifier: MIT
#include "core/json_pointer.hpp"

namespace vitrine {

std::string pointer_below(std::string_view pointer, std::string_view key) {
    std::string out(pointer);
    out += '/';
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

std::string pointer_below(std::string_view pointer, std::size_t index) {
    return pointer_below(pointer, std::string_view(std::to_string(index)));
}

} // namespace vitrine
