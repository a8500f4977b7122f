// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/hex.hpp"
#include "core/percent.hpp"
#include "core/text.hpp"
#include "reference/aws_credentials.hpp"
#include "reference/bucket_reference.hpp"
#include "reference/download.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <mutex>
#include <utility>

namespace vitrine {

namespace {

constexpr std::array<std::string_view, 1> kS3Schemes = {"s3"};
/// SHA-256 of the empty body that every request here has.
constexpr const char* kEmptyBody =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string without_quotes(std::string_view etag) {
    if (etag.starts_with('"')) {
        etag.remove_prefix(1);
    }
    if (etag.ends_with('"')) {
        etag.remove_suffix(1);
    }
    return std::string(etag);
}

std::uint64_t parse_size(std::string_view text, const std::string& uri) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected the size of ", quoted(uri), ", got ", quoted(text)));
    }
    return size;
}

/// Whether a bucket name can be a label of a host name that TLS certificates cover.
bool is_host_part(std::string_view bucket) {
    return bucket.size() >= 3 && bucket.size() <= 63 && std::ranges::all_of(bucket, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

std::string header_or_empty(const HttpResponse& response, std::string_view name) {
    const std::string* value = response.find(name);
    return value == nullptr ? std::string() : *value;
}

/// Returns the MD5 that an ETag of S3 contains; nullopt for other kinds of ETags.
std::optional<std::string> md5_of(const HttpResponse& response) {
    const std::string etag = without_quotes(header_or_empty(response, "ETag"));
    const std::string encryption = header_or_empty(response, "x-amz-server-side-encryption");
    const bool is_plain =
        (encryption.empty() || encryption == "AES256") &&
        response.find("x-amz-server-side-encryption-customer-algorithm") == nullptr;
    const bool is_hex = etag.size() == 32 && is_lower_hex(etag);
    if (!is_plain || !is_hex) {
        return std::nullopt;
    }
    return render_base64(parse_hex(etag));
}

/// "AccessDenied: Access Denied" from the XML of an error response.
std::string s3_error_text(const HttpResult& result) {
    pugi::xml_document document;
    if (!document.load_buffer(result.body.data(), result.body.size())) {
        return {};
    }
    const pugi::xml_node error = document.child("Error");
    const std::string code = error.child_value("Code");
    const std::string message = error.child_value("Message");
    return code.empty() ? std::string() : concat(quoted(code), " ", quoted(message));
}

/// Decodes a key of a listing with `encoding-type=url`.
std::string decoded(std::string text) {
    std::ranges::replace(text, '+', ' ');
    return percent_decode(text);
}

/// One page of ListObjectsV2.
struct Page {
    std::vector<BucketObject> objects;
    std::string next; ///< "" on the last
};

Page parse_page(const std::string& text, const BucketUri& folder) {
    pugi::xml_document document;
    const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
    const pugi::xml_node root = document.child("ListBucketResult");
    if (!parsed || !root) {
        throw Error(ErrorCode::InvalidFormat, concat("expected the listing of ",
                                                     quoted(folder.render()), ", got other text"));
    }
    const bool is_encoded = std::string_view(root.child_value("EncodingType")) == "url";
    Page page;
    for (const pugi::xml_node& item : root.children("Contents")) {
        BucketObject object;
        object.key = is_encoded ? decoded(item.child_value("Key")) : item.child_value("Key");
        if (!object.key.starts_with(folder.key)) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("the listing of ", quoted(folder.render()), " contains ",
                               quoted(object.key), ", which is not below it"));
        }
        object.size = parse_size(item.child_value("Size"), object.key);
        object.etag = without_quotes(item.child_value("ETag"));
        object.digest = object.etag;
        page.objects.push_back(std::move(object));
    }
    if (std::string_view(root.child_value("IsTruncated")) == "true") {
        page.next = root.child_value("NextContinuationToken");
        if (page.next.empty()) {
            throw Error(ErrorCode::InvalidFormat, concat("the listing of ", quoted(folder.render()),
                                                         " is truncated but names no next page"));
        }
    }
    return page;
}

/// The markers at which a page of ListObjectVersions begins.
struct VersionMarks {
    std::string key;
    std::string version;
};

struct VersionPage {
    std::optional<std::string> found;
    VersionMarks next; ///< empty on the last
};

VersionPage parse_versions(const std::string& text, const BucketUri& uri, const std::string& etag) {
    pugi::xml_document document;
    const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
    const pugi::xml_node root = document.child("ListVersionsResult");
    if (!parsed || !root) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected the versions of ", quoted(uri.render()), ", got other text"));
    }
    VersionPage page;
    for (const pugi::xml_node& item : root.children("Version")) {
        if (decoded(item.child_value("Key")) == uri.key &&
            without_quotes(item.child_value("ETag")) == etag) {
            page.found = item.child_value("VersionId");
            return page;
        }
    }
    if (std::string_view(root.child_value("IsTruncated")) == "true") {
        page.next.key = decoded(root.child_value("NextKeyMarker"));
        page.next.version = root.child_value("NextVersionIdMarker");
    }
    return page;
}

class S3Handler : public BucketHandler {
public:
    explicit S3Handler(std::shared_ptr<const Remote> shared) : BucketHandler(std::move(shared)) {
        if (can_fetch()) {
            provider_.emplace(remote().session, Environment(remote().options));
        }
    }

    std::span<const std::string_view> schemes() const override { return kS3Schemes; }

    void fetch(const Entry& entry, ByteSink& sink, const std::stop_token& stop) const override {
        const std::string& ref = entry.ref.value();
        require_client(ref);
        const BucketUri uri = BucketUri::parse(ref);
        const auto version = recorded_version(entry);
        try {
            fetch_version(entry, uri, version, sink, stop);
        } catch (const Error& error) {
            const bool is_other =
                error.code() == ErrorCode::Conflict || error.code() == ErrorCode::NotFound;
            if (!is_other || version || entry.digest == ref) {
                throw;
            }
            // A listing shows no versions, but the bucket may still have the one that was listed.
            const auto older = find_version(uri, entry.digest, stop);
            if (!older) {
                throw;
            }
            sink.restart();
            fetch_version(entry, uri, older, sink, stop);
        }
    }

protected:
    std::optional<BucketObject> find(const BucketUri& uri,
                                     const std::stop_token& stop) const override {
        const HttpResult result = ask("HEAD", uri, uri.key, "", stop);
        if (result.response.status == 404) {
            return std::nullopt;
        }
        if (result.response.status != 200) {
            throw_status(uri.render(), result.response.status, explain(result, stop));
        }
        BucketObject object;
        object.key = uri.key;
        object.size = parse_size(header_or_empty(result.response, "Content-Length"), uri.render());
        object.etag = without_quotes(header_or_empty(result.response, "ETag"));
        object.digest = object.etag;
        const std::string version = header_or_empty(result.response, "x-amz-version-id");
        if (!version.empty() && version != "null") {
            object.version = version;
        }
        return object;
    }

    void list(const BucketUri& folder, const ObjectVisitor& visit,
              const std::stop_token& stop) const override {
        PageWatch watch(folder.bucket);
        for (std::string next;;) {
            // In the order of their names, which the signature requires.
            const std::string query =
                (next.empty() ? std::string() : render_form({{"continuation-token", next}}) + "&") +
                render_form({{"encoding-type", "url"}, {"list-type", "2"}, {"prefix", folder.key}});
            const HttpResult result = ask("GET", folder, "", query, stop);
            if (result.response.status != 200) {
                throw_status(folder.render(), result.response.status, explain(result, stop));
            }
            const Page page = parse_page(result.body, folder);
            std::ranges::for_each(page.objects, visit);
            if (page.next.empty()) {
                return;
            }
            watch.next_page(page.next, page.objects.size());
            next = page.next;
        }
    }

    /// Most empty objects mark folders.
    bool is_left_out(const BucketObject& object) const override { return object.size == 0; }

private:
    void fetch_version(const Entry& entry, const BucketUri& uri,
                       const std::optional<std::string>& version, ByteSink& sink,
                       const std::stop_token& stop) const {
        const std::string& ref = *entry.ref;
        const std::string query = version ? render_form({{"versionId", *version}}) : "";
        Download wanted;
        wanted.uri = ref;
        wanted.request = [&] { return request("GET", uri, uri.key, query, stop); };
        wanted.check = [&](const HttpResponse& response) {
            const std::string etag = without_quotes(header_or_empty(response, "ETag"));
            if (entry.digest != ref && etag != entry.digest) {
                throw_changed(ref, "ETag", entry.digest, etag);
            }
            return md5_of(response);
        };
        wanted.explain = [&](const HttpResult& result) { return explain(result, stop); };
        wanted.is_worth_another = [&](const HttpResult& result) {
            return learn_region(uri.bucket, result.response);
        };
        wanted.size = entry.size;
        wanted.limit = remote().options.max_bytes;
        download(remote().session, wanted, sink);
    }

    /// Returns the version of an object with this ETag; nullopt if there is none or listing is
    /// denied.
    std::optional<std::string> find_version(const BucketUri& uri, const std::string& etag,
                                            const std::stop_token& stop) const {
        PageWatch watch(uri.bucket);
        for (VersionMarks from;;) {
            std::string query = "encoding-type=url";
            if (!from.key.empty()) {
                query += "&" + render_form({{"key-marker", from.key}});
            }
            query += "&" + render_form({{"prefix", uri.key}});
            if (!from.version.empty()) {
                query += "&" + render_form({{"version-id-marker", from.version}});
            }
            const HttpResult result = ask("GET", uri, "", query + "&versions=", stop);
            if (result.response.status != 200) {
                return std::nullopt;
            }
            const VersionPage page = parse_versions(result.body, uri, etag);
            // The versions of a key are adjacent, and those of the prefix itself come first.
            if (page.found || page.next.key != uri.key) {
                return page.found;
            }
            watch.next_page(page.next.version, 1);
            from = page.next;
        }
    }

    std::string region_of(const std::string& bucket) const {
        {
            const std::lock_guard lock(mutex_);
            if (const auto known = regions_.find(bucket); known != regions_.end()) {
                return known->second;
            }
        }
        return provider_->region();
    }

    /// Records the region that a response states for the bucket. Returns whether it is a new one.
    bool learn_region(const std::string& bucket, const HttpResponse& response) const {
        const std::string* region = response.find("x-amz-bucket-region");
        if (response.status < 300 || region == nullptr || !is_host_part(*region) ||
            *region == region_of(bucket)) {
            return false;
        }
        const std::lock_guard lock(mutex_);
        regions_[bucket] = *region;
        return true;
    }

    std::string url_of(const std::string& bucket, const std::string& key,
                       const std::string& region) const {
        const std::string path = percent_encode(key, "/");
        const std::string endpoint = provider_->endpoint();
        if (!endpoint.empty()) {
            return concat(endpoint, "/", bucket, "/", path);
        }
        const std::string host =
            concat("s3.", region, ".amazonaws.com", region.starts_with("cn-") ? ".cn" : "");
        return is_host_part(bucket) ? concat("https://", bucket, ".", host, "/", path)
                                    : concat("https://", host, "/", bucket, "/", path);
    }

    HttpRequest request(std::string method, const BucketUri& uri, const std::string& key,
                        const std::string& query, const std::stop_token& stop) const {
        const std::string region = region_of(uri.bucket);
        HttpRequest request;
        request.method = std::move(method);
        request.url = url_of(uri.bucket, key, region) + (query.empty() ? "" : "?" + query);
        request.stop = stop;
        if (const auto found = provider_->credentials(stop)) {
            request.signing = AwsSigning{found->access_key, found->secret_key, region, "s3"};
            request.headers.push_back({"x-amz-content-sha256", kEmptyBody});
            if (!found->session_token.empty()) {
                request.headers.push_back({"x-amz-security-token", found->session_token});
            }
        }
        return request;
    }

    HttpResult ask(const std::string& method, const BucketUri& uri, const std::string& key,
                   const std::string& query, const std::stop_token& stop) const {
        HttpResult result = remote().session.ask(request(method, uri, key, query, stop));
        if (learn_region(uri.bucket, result.response)) {
            result = remote().session.ask(request(method, uri, key, query, stop));
        }
        return result;
    }

    std::string explain(const HttpResult& result, const std::stop_token& stop) const {
        const std::string said = s3_error_text(result);
        if (provider_->credentials(stop)) {
            return said;
        }
        return said + (said.empty() ? "" : ", ") + "requested without credentials";
    }

    mutable std::optional<AwsCredentialProvider> provider_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, std::string> regions_; ///< by bucket; guarded by mutex_
};

} // namespace

std::unique_ptr<ReferenceHandler> make_s3_handler(std::shared_ptr<const Remote> remote) {
    return std::make_unique<S3Handler>(std::move(remote));
}

} // namespace vitrine
