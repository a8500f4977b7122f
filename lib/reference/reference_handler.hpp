// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/entry.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// How a URI is to be tracked.
struct ReferenceOptions {
    std::string name = {}; ///< of the entry; "" for one that the handler makes from the URI
    /// Look at what the URI names: its size and digest, and the files of a folder.
    bool checksum = true;
    std::uint64_t max_objects = 10000;
};

/// Makes entries of the URIs of some schemes (FORMAT.md). Has no state; safe to use from many
/// threads.
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
};

/// `file:`
std::unique_ptr<ReferenceHandler> make_file_handler();
/// `http:`, `https:`, `s3:` and `gs:`, without looking at them.
std::unique_ptr<ReferenceHandler> make_remote_handler();
/// Every other scheme.
std::unique_ptr<ReferenceHandler> make_unknown_scheme_handler();

/// Tracks a URI by the handler of its scheme; see ReferenceHandler::track. References to other
/// artifacts (`wandb-artifact:`) need a store and are not known here.
/// Throws: also InvalidArgument for text that is no URI.
std::vector<Entry> track_reference(std::string_view uri, const ReferenceOptions& options);

} // namespace vitrine
