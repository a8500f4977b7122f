// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/reference/remote_options.hpp>

#include "reference/fetched_bytes.hpp"
#include "reference/reference_handler.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The handlers of all schemes, with which a store or folder resolves references. Thread-safe.
class ReferenceHandlers {
public:
    /// The handlers that vitrine has.
    explicit ReferenceHandlers(const RemoteOptions& options = {}, Timing timing = Timing::real());

    /// Tracks a URI with the handler of its scheme; see ReferenceHandler::track. References to
    /// other artifacts (`wandb-artifact:`) need a store and are not handled here. Throws: also
    /// InvalidArgument if the text is not a URI.
    std::vector<Entry> track(std::string_view uri, const ReferenceOptions& options) const;

    /// Whether the bytes of a reference can be fetched; not for `file:`, which is read in place.
    bool can_fetch(const Entry& entry) const;
    /// See ReferenceHandler::fetch.
    void fetch(const Entry& entry, ByteSink& sink, const std::stop_token& stop) const;
    /// Returns all bytes of a reference. Caches them, since a value is read more than once.
    std::string read(const Entry& entry) const;

private:
    const ReferenceHandler& handler_of(std::string_view scheme) const;

    std::vector<std::unique_ptr<ReferenceHandler>>
        handlers_; ///< the handler of unknown schemes is last
    mutable FetchedBytes fetched_;
};

} // namespace vitrine
