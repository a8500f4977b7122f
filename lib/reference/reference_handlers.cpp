// SPDX-License-Identifier: MIT
#include "reference/reference_handlers.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/curl_client.hpp"
#include "reference/uri.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

std::shared_ptr<const Remote> make_remote(RemoteOptions options, Timing timing) {
    if (!options.client) {
        options.client = make_curl_client(options);
    }
    return options.client ? std::make_shared<const Remote>(options, std::move(timing)) : nullptr;
}

} // namespace

ReferenceHandlers::ReferenceHandlers(const RemoteOptions& options, Timing timing) {
    const auto remote = make_remote(options, std::move(timing));
    handlers_.push_back(make_file_handler());
    handlers_.push_back(make_http_handler(remote));
    handlers_.push_back(make_s3_handler(remote));
    handlers_.push_back(make_gs_handler(remote));
    handlers_.push_back(make_unknown_scheme_handler());
}

const ReferenceHandler& ReferenceHandlers::handler_of(std::string_view scheme) const {
    for (const auto& handler : handlers_) {
        if (std::ranges::find(handler->schemes(), scheme) != handler->schemes().end()) {
            return *handler;
        }
    }
    return *handlers_.back();
}

std::vector<Entry> ReferenceHandlers::track(std::string_view uri,
                                            const ReferenceOptions& options) const {
    const std::string scheme = Uri::parse(uri).scheme;
    if (scheme.empty()) {
        throw Error(ErrorCode::InvalidArgument, concat("references must be URIs, got ", quoted(uri),
                                                       "; to reference a local file, use file://"));
    }
    return handler_of(scheme).track(uri, options);
}

bool ReferenceHandlers::can_fetch(const Entry& entry) const {
    return entry.ref && handler_of(Uri::parse(*entry.ref).scheme).can_fetch();
}

void ReferenceHandlers::fetch(const Entry& entry, ByteSink& sink,
                              const std::stop_token& stop) const {
    handler_of(Uri::parse(entry.ref.value()).scheme).fetch(entry, sink, stop);
}

std::string ReferenceHandlers::read(const Entry& entry) const {
    const std::string key = concat(entry.ref.value(), "\n", entry.digest, "\n",
                                   entry.extra.is_null() ? "" : render_json(entry.extra));
    return fetched_.get(key, [&] {
        StringSink sink;
        fetch(entry, sink, {});
        return std::move(sink.text);
    });
}

} // namespace vitrine
