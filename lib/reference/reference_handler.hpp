// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/entry.hpp>

#include "reference/byte_sink.hpp"
#include "reference/http_session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// How to track a URI.
struct ReferenceOptions {
    std::string name = {}; ///< of the entry; "": made from the URI
    /// Whether to read what the URI names: its size and digest, and the files of a folder.
    bool checksum = true;
    std::uint64_t max_objects = 10000;
    std::stop_token stop = {};
    /// Called for each folder of a store that is left out. May be empty.
    std::function<void(const std::string&)> left_out = {};
};

/// Makes entries from the URIs of some schemes, and fetches their bytes (FORMAT.md). Thread-safe.
class ReferenceHandler {
public:
    virtual ~ReferenceHandler() = default;

    /// In lower case; empty for the handler of unknown schemes.
    virtual std::span<const std::string_view> schemes() const = 0;

    /// Returns the entries for a URI, sorted by path.
    /// Throws: NotFound; InvalidArgument if a name is missing or not an entry path, or if there are
    /// too many files; Unsupported if this build cannot contact the server; IoError.
    virtual std::vector<Entry> track(std::string_view uri,
                                     const ReferenceOptions& options) const = 0;

    /// Whether `fetch` can get bytes in this build.
    virtual bool can_fetch() const { return false; }

    /// Fetches the bytes to which an entry refers, and compares them with what it recorded.
    /// Throws: Conflict if they have changed, with the URI, what was expected and what was
    /// received; Corruption if their digest differs from the one that the server states; NotFound;
    /// Unsupported; Cancelled; IoError.
    virtual void fetch(const Entry& entry, ByteSink& sink, const std::stop_token& stop) const;
};

/// The part that the handlers of remote schemes share.
struct Remote {
    /// `chosen.client` is not null.
    Remote(const RemoteOptions& chosen, Timing timing)
        : options(chosen), session(options, std::move(timing)) {}

    RemoteOptions options;
    HttpSession session;
};

/// `file:`
std::unique_ptr<ReferenceHandler> make_file_handler();
/// `http:` and `https:`. With a null `remote`, contacts no server.
std::unique_ptr<ReferenceHandler> make_http_handler(std::shared_ptr<const Remote> remote);
/// `s3:`, by the REST API of S3. With a null `remote`, contacts no server.
std::unique_ptr<ReferenceHandler> make_s3_handler(std::shared_ptr<const Remote> remote);
/// `gs:`, by the JSON API of Google Cloud Storage. With a null `remote`, contacts no server.
std::unique_ptr<ReferenceHandler> make_gs_handler(std::shared_ptr<const Remote> remote);
/// Every other scheme.
std::unique_ptr<ReferenceHandler> make_unknown_scheme_handler();

/// Returns the entry of a URI that is not read: the digest is the URI, and the size is unknown.
Entry untouched_entry(std::string name, std::string_view uri);

/// Throws: Unsupported, since this build cannot contact the server of a URI.
[[noreturn]] void throw_no_client(std::string_view uri);

} // namespace vitrine
