// SPDX-License-Identifier: MIT
#pragma once

#include "reference/reference_handler.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// "s3://bucket/key", "gs://bucket/key". All behind the bucket is the key, `?` and `#` too, since
/// both may be in one.
struct BucketUri {
    std::string scheme;
    std::string bucket;
    std::string key; ///< "" for the bucket itself

    /// Throws: InvalidArgument for a bucket that is no host name's part.
    static BucketUri parse(std::string_view uri);
    std::string render() const;
};

/// What a bucket's server says of an object.
struct BucketObject {
    std::string key;
    std::uint64_t size = 0;
    std::string digest;
    std::string etag;
    std::optional<std::string> version;
};

using ObjectVisitor = std::function<void(const BucketObject&)>;

/// One object, or all below a folder, of a bucket: what S3 and Google Cloud Storage share.
class BucketHandler : public ReferenceHandler {
public:
    explicit BucketHandler(std::shared_ptr<const Remote> remote) : remote_(std::move(remote)) {}

    bool can_fetch() const override { return remote_ != nullptr; }
    std::vector<Entry> track(std::string_view uri, const ReferenceOptions& options) const override;

protected:
    /// The object with just this key; nothing if there is none.
    virtual std::optional<BucketObject> find(const BucketUri& uri,
                                             const std::stop_token& stop) const = 0;
    /// Visits the objects whose keys begin with that of `folder`.
    virtual void list(const BucketUri& folder, const ObjectVisitor& visit,
                      const std::stop_token& stop) const = 0;
    /// Whether W&B leaves an object out.
    virtual bool is_left_out(const BucketObject& object) const = 0;

    const Remote& remote() const { return *remote_; }
    /// Throws: Unsupported without a client.
    void require_client(std::string_view uri) const;

private:
    std::vector<Entry> track_folder(const BucketUri& uri, const ReferenceOptions& options) const;

    std::shared_ptr<const Remote> remote_;
};

/// The version of an object that an entry recorded (`versionID` in its extra; W&B writes a number
/// of Google's as such).
std::optional<std::string> recorded_version(const Entry& entry);

/// Throws Conflict: the object is not what was recorded.
[[noreturn]] void throw_changed(std::string_view uri, std::string_view what,
                                std::string_view expected, std::string_view got);

/// Watches over the pages of a listing: there must be an end to them.
class PageWatch {
public:
    explicit PageWatch(std::string bucket) : bucket_(std::move(bucket)) {}
    /// To be called with the mark of the next page. Throws: InvalidFormat where it is that of the
    /// page before, or too many pages held nothing.
    void turn(const std::string& mark, std::size_t objects_before);

private:
    std::string bucket_;
    std::string mark_;
    int empty_pages_ = 0;
};

} // namespace vitrine
