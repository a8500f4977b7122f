// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "core/percent.hpp"
#include "core/text.hpp"
#include "reference/bucket_reference.hpp"
#include "reference/download.hpp"
#include "reference/google_credentials.hpp"
#include "reference/text_member.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace vitrine {

namespace {

constexpr std::array<std::string_view, 1> kGsSchemes = {"gs"};
constexpr std::string_view kFields = "name,size,md5Hash,etag,generation";

Json parse_answer(const std::string& text, const BucketUri& uri) {
    try {
        if (Json json = parse_json(text); json.is_object()) {
            return json;
        }
        throw Error(ErrorCode::InvalidFormat, "expected an object");
    } catch (Error& error) {
        error.add_context(concat("reading the server's description of ", quoted(uri.render())));
        throw;
    }
}

/// Parses an object as the JSON API describes it.
BucketObject parse_object(const Json& json, const BucketUri& uri) {
    BucketObject object;
    object.key = json.is_object() ? text_member(json, "name") : std::string();
    const std::string size = json.is_object() ? text_member(json, "size") : std::string();
    const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), object.size);
    if (object.key.empty() || size.empty() || error != std::errc() ||
        end != size.data() + size.size()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected name and size of an object of ", quoted(uri.render())));
    }
    object.etag = text_member(json, "etag");
    // An object composed of other objects has no MD5.
    const std::string md5 = text_member(json, "md5Hash");
    object.digest = md5.empty() ? object.etag : md5;
    if (const std::string generation = text_member(json, "generation"); !generation.empty()) {
        object.version = generation;
    }
    return object;
}

std::string gs_error_text(const HttpResult& result) {
    try {
        const Json json = parse_json(result.body);
        return quoted(json.at("error").at("message").get<std::string>());
    } catch (const std::exception&) {
        return {}; // The status must suffice.
    }
}

class GsHandler : public BucketHandler {
public:
    explicit GsHandler(std::shared_ptr<const Remote> shared) : BucketHandler(std::move(shared)) {
        if (can_fetch()) {
            provider_.emplace(remote().session, Environment(remote().options));
        }
    }

    std::span<const std::string_view> schemes() const override { return kGsSchemes; }

    void fetch(const Entry& entry, ByteSink& sink, const std::stop_token& stop) const override {
        const std::string& ref = entry.ref.value();
        require_client(ref);
        const BucketUri uri = BucketUri::parse(ref);
        const BucketObject object = object_of(entry, uri, stop);
        Download wanted;
        wanted.uri = ref;
        wanted.request = [&] {
            std::string query = "alt=media";
            if (object.version) {
                query += "&" + render_form({{"generation", *object.version}});
            }
            HttpRequest made = request(object_path(uri) + "?" + query, stop);
            // Otherwise the server would unpack objects that are stored as gzip.
            made.headers.push_back({"Accept-Encoding", "gzip"});
            return made;
        };
        wanted.check = [&](const HttpResponse&) -> std::optional<std::string> {
            return object.digest == object.etag ? std::nullopt : std::optional(object.digest);
        };
        wanted.explain = [&](const HttpResult& result) { return explain(result, stop); };
        wanted.size = object.size;
        wanted.limit = remote().options.max_bytes;
        download(remote().session, wanted, sink);
    }

protected:
    std::optional<BucketObject> find(const BucketUri& uri,
                                     const std::stop_token& stop) const override {
        return find_generation(uri, "", stop);
    }

    void list(const BucketUri& folder, const ObjectVisitor& visit,
              const std::stop_token& stop) const override {
        PageWatch watch(folder.bucket);
        const std::string fields = concat("items(", kFields, "),nextPageToken");
        for (std::string next;;) {
            std::string query = render_form({{"prefix", folder.key}, {"fields", fields}});
            if (!next.empty()) {
                query += "&" + render_form({{"pageToken", next}});
            }
            const HttpResult result =
                remote().session.ask(request(bucket_path(folder) + "?" + query, stop));
            if (result.response.status != 200) {
                throw_status(folder.render(), result.response.status, explain(result, stop));
            }
            const Json page = parse_answer(result.body, folder);
            const Json items = page.value("items", Json::array());
            for (const Json& item : items) {
                const BucketObject object = parse_object(item, folder);
                if (!object.key.starts_with(folder.key)) {
                    throw Error(ErrorCode::InvalidFormat,
                                concat("the listing of ", quoted(folder.render()), " contains ",
                                       quoted(object.key), ", which is not below it"));
                }
                visit(object);
            }
            next = text_member(page, "nextPageToken");
            if (next.empty()) {
                return;
            }
            watch.next_page(next, items.size());
        }
    }

    bool is_left_out(const BucketObject&) const override { return false; }

private:
    static std::string bucket_path(const BucketUri& uri) {
        return concat("/storage/v1/b/", percent_encode(uri.bucket), "/o");
    }
    static std::string object_path(const BucketUri& uri) {
        return concat(bucket_path(uri), "/", percent_encode(uri.key));
    }

    HttpRequest request(const std::string& path, const std::stop_token& stop) const {
        HttpRequest request;
        request.url = provider_->endpoint() + path;
        request.stop = stop;
        if (const auto token = provider_->access_token(stop)) {
            request.headers.push_back({"Authorization", "Bearer " + *token});
        }
        return request;
    }

    std::optional<BucketObject> find_generation(const BucketUri& uri, const std::string& generation,
                                                const std::stop_token& stop) const {
        std::string query = render_form({{"fields", kFields}});
        if (!generation.empty()) {
            query += "&" + render_form({{"generation", generation}});
        }
        const HttpResult result =
            remote().session.ask(request(object_path(uri) + "?" + query, stop));
        if (result.response.status == 404) {
            return std::nullopt;
        }
        if (result.response.status != 200) {
            throw_status(uri.render(), result.response.status, explain(result, stop));
        }
        BucketObject object = parse_object(parse_answer(result.body, uri), uri);
        if (object.key != uri.key) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("requested ", quoted(uri.render()), ", the server described ",
                               quoted(object.key)));
        }
        return object;
    }

    /// Returns the generation that an entry recorded; if the bucket no longer has it, the current
    /// one if its bytes are the same. Throws: NotFound; Conflict.
    BucketObject object_of(const Entry& entry, const BucketUri& uri,
                           const std::stop_token& stop) const {
        std::optional<BucketObject> object;
        if (const auto version = recorded_version(entry)) {
            object = find_generation(uri, *version, stop);
        }
        if (!object) {
            object = find_generation(uri, "", stop);
        }
        if (!object) {
            throw_status(uri.render(), 404, "");
        }
        // The bytes of a generation never change. Without an MD5 there is only an ETag, which also
        // changes with metadata.
        const bool is_settled = object->digest == object->etag && object->version &&
                                object->version == recorded_version(entry);
        if (entry.digest != *entry.ref && object->digest != entry.digest && !is_settled) {
            throw_changed(*entry.ref, "MD5", entry.digest, object->digest);
        }
        return *object;
    }

    std::string explain(const HttpResult& result, const std::stop_token& stop) const {
        const std::string said = gs_error_text(result);
        if (provider_->access_token(stop)) {
            return said;
        }
        return said + (said.empty() ? "" : ", ") + "requested without credentials";
    }

    mutable std::optional<GoogleCredentialProvider> provider_;
};

} // namespace

std::unique_ptr<ReferenceHandler> make_gs_handler(std::shared_ptr<const Remote> remote) {
    return std::make_unique<GsHandler>(std::move(remote));
}

} // namespace vitrine
