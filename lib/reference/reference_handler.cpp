// SPDX-License-Identifier: MIT
#include "reference/reference_handler.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/uri.hpp"

#include <utility>

namespace vitrine {

namespace {

class UnknownSchemeHandler : public ReferenceHandler {
public:
    std::span<const std::string_view> schemes() const override { return {}; }

    std::vector<Entry> track(std::string_view uri, const ReferenceOptions& options) const override {
        if (options.name.empty()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("a name for the entry is needed to track a reference with an "
                               "unknown scheme, got only ",
                               quoted(uri)));
        }
        return {untouched_entry(options.name, uri)};
    }
};

} // namespace

void ReferenceHandler::fetch(const Entry& entry, ByteSink&, const std::stop_token&) const {
    throw Error(ErrorCode::Unsupported,
                concat("entry ", quoted(entry.path.str()), " is a reference to ",
                       quoted(redact_url(entry.ref.value_or(""))),
                       ", whose bytes cannot be fetched"));
}

std::unique_ptr<ReferenceHandler> make_unknown_scheme_handler() {
    return std::make_unique<UnknownSchemeHandler>();
}

Entry untouched_entry(std::string name, std::string_view uri) {
    return Entry{
        .path = EntryPath(std::move(name)), .digest = std::string(uri), .ref = std::string(uri)};
}

void throw_no_client(std::string_view uri) {
    throw Error(ErrorCode::Unsupported,
                concat("this build has no libcurl and cannot read ", quoted(redact_url(uri)),
                       ": only its URI can be recorded, with checksum = false"));
}

} // namespace vitrine
