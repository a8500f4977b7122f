// SPDX-License-Identifier: MIT
#include "reference/bucket_reference.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/uri.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kLongestBucket = 255;
constexpr int kEmptyPages = 1000;

bool is_bucket_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

Entry entry_of(const BucketObject& object, const std::string& name, std::string ref) {
    Entry entry{.path = EntryPath(name)};
    entry.digest = object.digest;
    entry.size = object.size;
    entry.ref = std::move(ref);
    entry.extra = {{"etag", object.etag}};
    if (object.version) {
        entry.extra["versionID"] = *object.version;
    }
    return entry;
}

/// Whether an object marks a folder: some buckets have empty objects for folders.
bool is_folder_mark(const BucketObject& object) {
    return object.size == 0 && object.key.ends_with('/');
}

} // namespace

BucketUri BucketUri::parse(std::string_view text) {
    BucketUri uri{Uri::parse(text).scheme, {}, {}};
    std::string_view rest = text.substr(std::min(uri.scheme.size() + 1, text.size()));
    if (rest.starts_with("//")) {
        rest.remove_prefix(2);
    }
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    uri.bucket = rest.substr(0, slash);
    uri.key = rest.substr(std::min(slash + 1, rest.size()));
    if (uri.bucket.empty() || uri.bucket.size() > kLongestBucket || uri.bucket.front() == '.' ||
        !std::ranges::all_of(uri.bucket, is_bucket_character)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a bucket's name of letters, digits, '-', '.' and '_' in ",
                           quoted(text), ", got ", quoted(uri.bucket)));
    }
    return uri;
}

std::string BucketUri::render() const {
    return concat(scheme, "://", bucket, "/", key);
}

void BucketHandler::require_client(std::string_view uri) const {
    if (!remote_) {
        throw_no_client(uri);
    }
}

std::vector<Entry> BucketHandler::track(std::string_view text,
                                        const ReferenceOptions& options) const {
    const BucketUri uri = BucketUri::parse(text);
    if (!options.checksum) {
        return {untouched_entry(options.name.empty() ? uri.key : options.name, text)};
    }
    require_client(text);
    if (!uri.key.empty()) {
        const auto object = find(uri, options.stop);
        if (object && !is_folder_mark(*object)) {
            if (is_left_out(*object)) {
                return {};
            }
            const std::string own_name(last_component(uri.key));
            return {entry_of(*object, options.name.empty() ? own_name : options.name,
                             std::string(text))};
        }
    }
    return track_folder(uri, options);
}

std::vector<Entry> BucketHandler::track_folder(const BucketUri& uri,
                                               const ReferenceOptions& options) const {
    BucketUri folder = uri;
    if (!folder.key.empty() && !folder.key.ends_with('/')) {
        folder.key += '/';
    }
    std::vector<Entry> entries;
    bool is_there = false;
    list(
        folder,
        [&](const BucketObject& object) {
            is_there = true;
            if (is_folder_mark(object) || is_left_out(object)) {
                return;
            }
            const std::string relative = object.key.substr(folder.key.size());
            entries.push_back(entry_of(object, join_path(options.name, relative),
                                       BucketUri{uri.scheme, uri.bucket, object.key}.render()));
            // W&B stops as soon as the count reaches the limit, not beyond it.
            if (entries.size() >= options.max_objects) {
                throw Error(ErrorCode::InvalidArgument,
                            concat("exceeded ", options.max_objects, " objects tracked in ",
                                   quoted(uri.render()), ", pass max_objects to add_reference"));
            }
        },
        options.stop);
    if (!is_there) {
        throw Error(ErrorCode::NotFound,
                    concat("there is no object and no folder at ", quoted(uri.render())));
    }
    std::ranges::sort(entries, {}, [](const Entry& entry) { return entry.path.str(); });
    return entries;
}

std::optional<std::string> recorded_version(const Entry& entry) {
    if (!entry.extra.is_object()) {
        return std::nullopt;
    }
    const auto found = entry.extra.find("versionID");
    if (found == entry.extra.end()) {
        return std::nullopt;
    }
    if (found->is_string()) {
        return found->get<std::string>();
    }
    return found->is_number_integer() ? std::optional(found->dump()) : std::nullopt;
}

void throw_changed(std::string_view uri, std::string_view what, std::string_view expected,
                   std::string_view got) {
    throw Error(ErrorCode::Conflict, concat(quoted(uri), " has changed: expected ", what, " ",
                                            quoted(expected), ", got ", quoted(got)));
}

void PageWatch::next_page(const std::string& mark, std::size_t objects_before) {
    empty_pages_ = objects_before == 0 ? empty_pages_ + 1 : 0;
    if (mark == mark_ || empty_pages_ > kEmptyPages) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("the listing of bucket ", quoted(bucket_), " does not end"));
    }
    mark_ = mark;
}

} // namespace vitrine
