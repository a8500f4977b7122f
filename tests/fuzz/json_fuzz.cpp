// SPDX-License-Identifier: MIT
#include <vitrine/core/json.hpp>

#include "core/json_scanner.hpp"
#include "fuzz/fuzz.hpp"

#include <sstream>

namespace {

using namespace vitrine;

/// The scanner accepts the same texts as parse_json, also where it reads a stream.
void compare_scanner(const std::string& text, bool is_json) {
    const bool skipped = fuzz::accepts([&] {
        JsonScanner scanner{std::string_view(text)};
        scanner.skip_value();
        scanner.expect_end();
    });
    const bool visited = fuzz::accepts([&] {
        std::istringstream stream(text);
        visit_json_strings(stream, [](std::string_view, std::string_view) {});
    });
    fuzz::require(skipped == is_json, "skip_value accepts what parse_json accepts");
    fuzz::require(visited == is_json, "visit_json_strings accepts what parse_json accepts");
    fuzz::accepts([&] {
        std::istringstream stream(text);
        type_in_json(stream);
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::text_of(data, size));
    Json json;
    const bool is_json = fuzz::accepts([&] { json = parse_json(text); });
    compare_scanner(text, is_json);
    if (is_json) {
        for (const JsonStyle& style : {kSortedJson, kOrderedJson, kManifestJson}) {
            const std::string rendered = render_json(json, style);
            fuzz::require(render_json(parse_json(rendered), style) == rendered,
                          "JSON that was written is read as the same");
        }
    }
    fuzz::accepts([&] { big_integer(text); });
    return 0;
}
