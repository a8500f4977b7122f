// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/reference_handler.hpp"
#include "reference/uri.hpp"

#include <array>

namespace vitrine {

namespace {

constexpr std::array<std::string_view, 4> kRemoteSchemes = {"http", "https", "s3", "gs"};

/// A URI that nobody looks at is its own digest, and its size is unknown.
Entry untouched(std::string name, std::string_view uri) {
    return Entry{
        .path = EntryPath(std::move(name)), .digest = std::string(uri), .ref = std::string(uri)};
}

/// The name that W&B's handlers give: the key of an object in a bucket, the last part of a URL
/// with its query.
std::string default_name(std::string_view uri) {
    const Uri parsed = Uri::parse(uri);
    if (parsed.scheme == "s3" || parsed.scheme == "gs") {
        return parsed.path.starts_with('/') ? parsed.path.substr(1) : parsed.path;
    }
    return std::string(last_component(uri));
}

class RemoteHandler : public ReferenceHandler {
public:
    std::span<const std::string_view> schemes() const override { return kRemoteSchemes; }

    std::vector<Entry> track(std::string_view uri, const ReferenceOptions& options) const override {
        if (options.checksum) {
            throw Error(ErrorCode::Unsupported,
                        concat("a reference to ", quoted(uri),
                               " needs checksum = false in this build, which cannot ask the "
                               "server for its digest and size"));
        }
        return {untouched(options.name.empty() ? default_name(uri) : options.name, uri)};
    }
};

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
        return {untouched(options.name, uri)};
    }
};

} // namespace

std::unique_ptr<ReferenceHandler> make_remote_handler() {
    return std::make_unique<RemoteHandler>();
}

std::unique_ptr<ReferenceHandler> make_unknown_scheme_handler() {
    return std::make_unique<UnknownSchemeHandler>();
}

} // namespace vitrine
