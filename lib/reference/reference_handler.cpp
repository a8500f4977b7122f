// SPDX-License-Identifier: MIT
#include "reference/reference_handler.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/uri.hpp"

#include <algorithm>

namespace vitrine {

std::vector<Entry> track_reference(std::string_view uri, const ReferenceOptions& options) {
    const std::string scheme = Uri::parse(uri).scheme;
    if (scheme.empty()) {
        throw Error(ErrorCode::InvalidArgument, concat("references must be URIs, got ", quoted(uri),
                                                       "; to reference a local file, use file://"));
    }
    for (const auto& make : {make_file_handler, make_remote_handler}) {
        const auto handler = make();
        if (std::ranges::find(handler->schemes(), scheme) != handler->schemes().end()) {
            return handler->track(uri, options);
        }
    }
    return make_unknown_scheme_handler()->track(uri, options);
}

} // namespace vitrine
