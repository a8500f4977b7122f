// SPDX-License-Identifier: MIT
#include <vitrine/manifest/manifest.hpp>

#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    fuzz::accepts([&] {
        const Manifest manifest = manifest_from_json(parse_json(fuzz::text_of(data, size)));
        manifest.digest();
        for (const Entry& entry : manifest.entries()) {
            fuzz::accepts([&] { ArtifactUri::try_parse(entry.ref.value_or("")); });
        }
        const std::string rendered = render_json(manifest_to_json(manifest), kManifestJson);
        const Manifest again = manifest_from_json(parse_json(rendered));
        fuzz::require(render_json(manifest_to_json(again), kManifestJson) == rendered,
                      "a manifest that was written is read as the same");
    });
    return 0;
}
