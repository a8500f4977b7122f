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

/// "s3://bucket/key", "gs://bucket/key". Everything after the bucket is the key, including `?` and
/// `#`, since keys may contain both.
struct BucketUri {
    std::string scheme;
    std::string bucket;
    std::string key; ///< "" for the bucket itself

    /// Throws: InvalidArgument if the bucket cannot be part of a host name.
    static BucketUri parse(std::string_view uri);
    std::string render() const;
};

/// An object as its server describes it.
struct BucketObject {
    std::string key;
    std::uint64_t size = 0;
    std::string digest;
    std::string etag;
    std::optional<std::string> version;
};

using ObjectVisitor = std::function<void(const BucketObject&)>;

/// Tracks an object of a bucket, or all objects below a folder: the part that S3 and Google Cloud
/// Storage share.
class BucketHandler : public ReferenceHandler {
public:
    explicit BucketHandler(std::shared_ptr<const Remote> remote) : remote_(std::move(remote)) {}

    bool can_fetch() const override { return remote_ != nullptr; }
    std::vector<Entry> track(std::string_view uri, const ReferenceOptions& options) const override;

protected:
    /// Returns the object with exactly this key; nullopt if there is none.
    virtual std::optional<BucketObject> find(const BucketUri& uri,
                                             const std::stop_token& stop) const = 0;
    /// Visits the objects whose keys begin with that of `folder`.
    virtual void list(const BucketUri& folder, const ObjectVisitor& visit,
                      const std::stop_token& stop) const = 0;
    /// Whether W&B leaves out this object.
    virtual bool is_left_out(const BucketObject& object) const = 0;

    const Remote& remote() const { return *remote_; }
    /// Throws: Unsupported without a client.
    void require_client(std::string_view uri) const;

private:
    std::vector<Entry> track_folder(const BucketUri& uri, const ReferenceOptions& options) const;

    std::shared_ptr<const Remote> remote_;
};

/// Returns the object version that an entry recorded (`versionID` in its extra, which W&B writes as
/// a number for Google).
std::optional<std::string> recorded_version(const Entry& entry);

/// Throws: Conflict, since the object differs from what was recorded.
[[noreturn]] void throw_changed(std::string_view uri, std::string_view what,
                                std::string_view expected, std::string_view got);

/// Detects a listing whose pages do not end.
class PageWatch {
public:
    explicit PageWatch(std::string bucket) : bucket_(std::move(bucket)) {}
    /// Call it with the mark of the next page. Throws: InvalidFormat if that is the mark of the
    /// previous page, or if too many pages were empty.
    void next_page(const std::string& mark, std::size_t objects_before);

private:
    std::string bucket_;
    std::string mark_;
    int empty_pages_ = 0;
};

} // namespace vitrine
