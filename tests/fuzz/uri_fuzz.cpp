// SPDX-License-Identifier: MIT
#include <vitrine/manifest/entry.hpp>

#include "core/percent.hpp"
#include "fuzz/fuzz.hpp"
#include "reference/bucket_reference.hpp"
#include "reference/http_session.hpp"
#include "reference/uri.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    const std::string_view text = fuzz::text_of(data, size);
    Uri::parse(text);
    local_path_of(text);
    last_component(text);
    redact_url(text);
    percent_decode(text);
    fuzz::require(percent_decode(percent_encode(text)) == text, "encoded text is decoded as such");
    fuzz::accepts([&] {
        const std::string rendered = BucketUri::parse(text).render();
        fuzz::require(BucketUri::parse(rendered).render() == rendered, "buckets' URIs come back");
    });
    fuzz::accepts([&] {
        if (const auto uri = ArtifactUri::try_parse(text)) {
            const auto again = ArtifactUri::try_parse(uri->render());
            fuzz::require(again && again->id == uri->id && again->path == uri->path,
                          "artifacts' URIs come back");
        }
    });
    return 0;
}
