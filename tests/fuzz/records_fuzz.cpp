// SPDX-License-Identifier: MIT
#include "engine/records/records.hpp"
#include "engine/records/run_records.hpp"
#include "engine/store/store_settings.hpp"
#include "fuzz/fuzz.hpp"
#include "manifest/manifest_file.hpp"

namespace {

using namespace vitrine;

/// What was written is read as the same.
template <class Parse, class Render>
void check(std::string_view text, const Parse& parse, const Render& render) {
    fuzz::accepts([&] {
        const std::string rendered = render(parse(text));
        fuzz::require(render(parse(rendered)) == rendered,
                      "a file that was written is read as the same");
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    check(text, parse_record, render_record);
    check(text, parse_head, render_head);
    check(text, parse_run_record, render_run_record);
    check(text, parse_settings, render_settings);
    check(text, ManifestFile::parse, [](const ManifestFile& file) { return file.render(); });
    return 0;
}
