// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/entry.hpp>

#include "reference/byte_sink.hpp"
#include "reference/http_session.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// How a URI is to be tracked.
struct ReferenceOptions {
    std::string name = {}; ///< of the entry; "" for one that the handler makes from the URI
    /// Look at what the URI names: its size and digest, and the files of a folder.
    bool checksum = true;
    std::uint64_t max_objects = 10000;
    std::stop_token stop = {};
};

/// Makes entries of the URIs of some schemes, and fetches their bytes again (FORMAT.md). Safe to
/// use from many threads.
class ReferenceHandler {
public:
    virtual ~ReferenceHandler() = default;

    /// In lower case; none for the handler of all schemes that no other one knows.
    virtual std::span<const std::string_view> schemes() const = 0;

    /// The entries for a URI, sorted by path.
    /// Throws: NotFound for what is not there; InvalidArgument for a name that is missing or no
    /// entry path, or too many files; Unsupported for what this build cannot ask; IoError.
    virtual std::vector<Entry> track(std::string_view uri,
                                     const ReferenceOptions& options) const = 0;

    /// Whether `fetch` can get bytes in this build.
    virtual bool can_fetch() const { return false; }

    /// Fetches the bytes that an entry refers to, and compares them with what it recorded of them.
    /// Throws: Conflict for what has changed, naming the URI, what was expected and what came;
    /// Corruption for bytes of another digest than the server says; NotFound; Unsupported;
    /// Cancelled; Io.
    virtual void fetch(const Entry& entry, ByteSink& sink, const std::stop_token& stop) const;
};

/// What the handlers of remote schemes share.
struct Remote {
    /// `chosen.client` is not null.
    Remote(const RemoteOptions& chosen, Timing timing)
        : options(chosen), session(options, std::move(timing)) {}

    RemoteOptions options;
    HttpSession session;
};

/// `file:`
std::unique_ptr<ReferenceHandler> make_file_handler();
/// `http:` and `https:`. With a null `remote` nothing is looked at.
std::unique_ptr<ReferenceHandler> make_http_handler(std::shared_ptr<const Remote> remote);
/// `s3:`, by the REST API of S3. With a null `remote` nothing is looked at.
std::unique_ptr<ReferenceHandler> make_s3_handler(std::shared_ptr<const Remote> remote);
/// `gs:`, by the JSON API of Google Cloud Storage. With a null `remote` nothing is looked at.
std::unique_ptr<ReferenceHandler> make_gs_handler(std::shared_ptr<const Remote> remote);
/// Every other scheme.
std::unique_ptr<ReferenceHandler> make_unknown_scheme_handler();

/// The entry of a URI that nobody looks at: it is its own digest, and its size is unknown.
Entry untouched_entry(std::string name, std::string_view uri);

/// Throws Unsupported for a URI that this build cannot look at or fetch.
[[noreturn]] void throw_no_client(std::string_view uri);

} // namespace vitrine
