// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/manifest/entry.hpp>

#include "core/text.hpp"

#include <string_view>

namespace vitrine {

namespace {

constexpr std::string_view kScheme = "wandb-artifact://";
constexpr std::size_t kMaxIdBytes = 64;

} // namespace

// Not in the header, where it would make every program compile it.
bool Entry::operator==(const Entry&) const = default;

std::optional<ArtifactUri> ArtifactUri::try_parse(std::string_view uri) {
    if (!uri.starts_with(kScheme)) {
        return std::nullopt;
    }
    const std::string_view rest = uri.substr(kScheme.size());
    const std::size_t slash = rest.find('/');
    const auto refuse = [uri](std::string_view why) {
        return Error(ErrorCode::InvalidFormat,
                     concat("invalid artifact reference ", quoted(uri), ": ", why));
    };
    if (slash == std::string_view::npos) {
        throw refuse("expected wandb-artifact://<id in hex>/<path>, got no path");
    }
    try {
        ArtifactUri parsed{parse_hex(rest.substr(0, slash)),
                           EntryPath(std::string(rest.substr(slash + 1))).str()};
        if (parsed.id.empty() || parsed.id.size() > kMaxIdBytes) {
            throw refuse(
                concat("expected an id of 1 to ", kMaxIdBytes, " bytes, got ", parsed.id.size()));
        }
        return parsed;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::InvalidArgument) {
            throw refuse(error.what());
        }
        throw;
    }
}

std::string ArtifactUri::render() const {
    return concat(kScheme, render_hex(id), "/", path);
}

} // namespace vitrine
