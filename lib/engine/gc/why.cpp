// SPDX-License-Identifier: MIT
#include "engine/gc/why.hpp"

#include <vitrine/core/error.hpp>

#include "core/digest_hash.hpp"
#include "core/hex.hpp"
#include "core/text.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/version_reference.hpp"
#include "manifest/segment_file.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

constexpr std::size_t kHexDigits = 64;
constexpr std::size_t kMinHexDigits = 4;
/// An error lists at most this many digests if a prefix fits several.
constexpr std::size_t kNamedDigests = 4;
/// At most this many paths of each version are listed.
constexpr std::size_t kMaxPaths = 100;

// ---- Finding the digest

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

/// The only digest in the catalogue that begins with `text`.
Sha256 find_digest(Catalog& catalog, std::string_view text) {
    const std::string prefix = to_lower(text);
    if (prefix.size() < kMinHexDigits || prefix.size() > kHexDigits || !is_lower_hex(prefix)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected ", kMinHexDigits, " to ", kHexDigits, " hex digits, got ",
                           quoted(text)));
    }
    const std::size_t rest = kHexDigits - prefix.size();
    const std::vector<Sha256> found = catalog.digests_between(
        Sha256::parse_hex(prefix + std::string(rest, '0')),
        Sha256::parse_hex(prefix + std::string(rest, 'f')), kNamedDigests + 1);
    if (found.empty()) {
        throw Error(ErrorCode::NotFound,
                    concat("no object, manifest or pack ", quoted(prefix), " in the store"));
    }
    if (found.size() > 1) {
        std::string names;
        for (std::size_t i = 0; i < std::min(found.size(), kNamedDigests); ++i) {
            names += concat(i == 0 ? "" : ", ", quoted(found[i].hex()));
        }
        throw Error(ErrorCode::InvalidArgument,
                    concat(quoted(prefix), " is the beginning of several digests: ", names,
                           found.size() > kNamedDigests ? ", ..." : ""));
    }
    return found.front();
}

// ---- Finding referrers

/// Finds the entries of manifests that name one of some objects. Reads each segment at most once.
class EntrySearch {
public:
    EntrySearch(OpenStore& store, Catalog& catalog, std::unordered_set<Sha256, Sha256Hash> objects,
                std::size_t max_paths)
        : store_(store), catalog_(catalog), objects_(std::move(objects)), max_paths_(max_paths) {}

    struct Found {
        std::vector<std::string> paths; ///< at most max_paths
        bool more = false;
    };
    /// The paths of a content that name one of the objects.
    const Found& in_content(const Sha256& content);

private:
    using Reader = std::shared_ptr<const SegmentReader>;
    const std::vector<std::string>& in_segment(const Sha256& name, const Reader& segment);

    OpenStore& store_;
    Catalog& catalog_;
    std::unordered_set<Sha256, Sha256Hash> objects_;
    std::size_t max_paths_;
    /// The paths of each segment whose items name one of the objects.
    std::map<Sha256, std::vector<std::string>> segments_;
    std::map<Sha256, Found> contents_;
};

const std::vector<std::string>& EntrySearch::in_segment(const Sha256& name, const Reader& segment) {
    const auto [known, is_new] = segments_.try_emplace(name);
    if (is_new) {
        const auto items = segment->cursor("");
        while (const ItemView* item = items->next()) {
            const auto object = item->fields.object_digest();
            if (object && objects_.contains(*object)) {
                known->second.emplace_back(item->path);
            }
        }
    }
    return known->second;
}

const EntrySearch::Found& EntrySearch::in_content(const Sha256& content) {
    const auto [known, is_new] = contents_.try_emplace(content);
    Found& found = known->second;
    if (!is_new) {
        return found;
    }
    const ManifestRow row = require_manifest(catalog_, content);
    const std::vector<Reader> segments = store_.segments.open_segments(catalog_, row.segments);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        for (const std::string& path : in_segment(row.segments[i], segments[i])) {
            // A newer segment may have another item for the path, or a tombstone.
            const bool hidden =
                std::any_of(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(i),
                            [&](const Reader& newer) { return newer->find(path).has_value(); });
            if (hidden) {
                continue;
            }
            if (found.paths.size() == max_paths_) {
                found.more = true;
                break;
            }
            found.paths.push_back(path);
        }
    }
    std::sort(found.paths.begin(), found.paths.end());
    return found;
}

/// Returns the entries of a content that reference the digest; nothing if the content does not
/// reference it.
using FindIn = std::function<std::optional<EntrySearch::Found>(const Sha256& content)>;

std::vector<Referrer> find_referrers(Catalog& catalog, const FindIn& find_in,
                                     const ProgressOptions& progress) {
    std::vector<Referrer> referrers;
    std::uint64_t versions = 0;
    const auto add = [&](const VersionRow& row, const Sha256& content,
                         const std::optional<std::string>& source) {
        if (auto found = find_in(content)) {
            referrers.push_back(
                {version_name(row.name, row.number), source, std::move(found->paths), found->more});
        }
    };
    catalog.versions.for_each([&](const VersionRow& row) {
        report_progress(progress, {"searching", versions++, 0, 0});
        add(row, row.content, std::nullopt);
        for (const Dependency& dependency : row.dependencies) {
            add(row, dependency.content, dependency.name);
        }
    });
    return referrers;
}

/// Looks for all that a digest can name. Each `of_` member returns nothing if the digest names
/// nothing of its kind.
class Explanations {
public:
    Explanations(OpenStore& store, const ProgressOptions& progress)
        : store_(store), progress_(progress), lease_(store.leases.take()),
          catalog_(store.second_catalog()), view_(*catalog_) {}

    Explanation of(std::string_view text);

private:
    std::optional<Explanation> of_manifest(const Sha256& digest);
    std::optional<Explanation> of_pack(const Sha256& digest);
    std::optional<Explanation> of_object(const Sha256& digest);
    std::optional<Explanation> of_unused_file(const Sha256& digest);
    Explanation start(Explanation::Kind kind, const Sha256& digest, const FileRow& file,
                      const std::optional<Sha256>& content = std::nullopt);
    FindIn entries_with(std::unordered_set<Sha256, Sha256Hash> objects, std::size_t max_paths);
    bool is_segment(const Sha256& digest);

    OpenStore& store_;
    const ProgressOptions& progress_;
    std::shared_ptr<const Lease> lease_;
    std::unique_ptr<Catalog> catalog_;
    Catalog::ReadTransaction view_;
};

Explanation Explanations::of(std::string_view text) {
    const Sha256 digest = find_digest(*catalog_, text);
    for (const auto find : {&Explanations::of_manifest, &Explanations::of_pack,
                            &Explanations::of_object, &Explanations::of_unused_file}) {
        if (auto explanation = (this->*find)(digest)) {
            if (!explanation->referrers.empty()) {
                explanation->mark.reset();
                explanation->readers = 0;
            }
            return std::move(*explanation);
        }
    }
    throw Error(ErrorCode::NotFound,
                concat("no object, manifest or pack ", quoted(digest.hex()), " in the store"));
}

/// Fills in what the row of the file says, its path, and the readers that may still need it.
Explanation Explanations::start(Explanation::Kind kind, const Sha256& digest, const FileRow& file,
                                const std::optional<Sha256>& content) {
    Explanation explanation;
    explanation.kind = kind;
    explanation.digest = digest.hex();
    explanation.bytes = file.size;
    std::filesystem::path path;
    if (file.kind == FileKind::pack) {
        path = store_.objects.pack_path(file.name);
    } else if (file.kind == FileKind::loose) {
        path = store_.objects.loose_path(file.name);
    } else if (content) {
        path = store_.layout.manifest(*content, file.name);
    }
    explanation.file = path.empty() ? "" : path.lexically_relative(store_.layout.root).native();
    explanation.mark = file.mark;
    if (file.mark) {
        // The lease of this search is new, so it is not older than any mark.
        const auto leases = live_leases(store_.layout, store_.files(), false);
        explanation.readers = static_cast<std::uint64_t>(std::count_if(
            leases.begin(), leases.end(), [&](std::uint64_t lease) { return lease < *file.mark; }));
    }
    return explanation;
}

FindIn Explanations::entries_with(std::unordered_set<Sha256, Sha256Hash> objects,
                                  std::size_t max_paths) {
    const auto search =
        std::make_shared<EntrySearch>(store_, *catalog_, std::move(objects), max_paths);
    return [search](const Sha256& content) {
        const EntrySearch::Found& found = search->in_content(content);
        return found.paths.empty() ? std::nullopt : std::optional(found);
    };
}

/// A manifest, by the name of its file or by its content.
std::optional<Explanation> Explanations::of_manifest(const Sha256& digest) {
    std::optional<ManifestRow> row = catalog_->manifests.find(digest);
    if (!row) {
        const auto file = catalog_->files.find(FileKind::manifest, digest);
        const auto content = file ? catalog_->manifests.content_of(file->id) : std::nullopt;
        row = content ? catalog_->manifests.find(*content) : std::nullopt;
    }
    if (!row) {
        return std::nullopt;
    }
    Explanation explanation =
        start(Explanation::Kind::Manifest, row->file.name, row->file, row->content);
    explanation.referrers = find_referrers(
        *catalog_,
        [&](const Sha256& content) {
            return content == row->content ? std::optional(EntrySearch::Found()) : std::nullopt;
        },
        progress_);
    return explanation;
}

std::optional<Explanation> Explanations::of_pack(const Sha256& digest) {
    const auto file = catalog_->files.find(FileKind::pack, digest);
    if (!file) {
        return std::nullopt;
    }
    Explanation explanation = start(Explanation::Kind::Pack, digest, *file);
    std::unordered_set<Sha256, Sha256Hash> objects;
    catalog_->objects.for_each_in(file->id, [&](const ObjectRow& row) {
        objects.insert(row.sha256);
        explanation.damaged = explanation.damaged || row.damaged;
    });
    explanation.objects = objects.size();
    // One path of each version is enough.
    explanation.referrers =
        find_referrers(*catalog_, entries_with(std::move(objects), 1), progress_);
    return explanation;
}

bool Explanations::is_segment(const Sha256& digest) {
    bool found = false;
    catalog_->manifests.for_each([&](const ManifestRow& row) {
        found = found ||
                std::find(row.segments.begin(), row.segments.end(), digest) != row.segments.end();
    });
    return found;
}

std::optional<Explanation> Explanations::of_object(const Sha256& digest) {
    const auto row = catalog_->objects.find(digest);
    if (!row) {
        return std::nullopt;
    }
    const bool segment = is_segment(digest);
    Explanation explanation =
        start(segment ? Explanation::Kind::Segment : Explanation::Kind::Object, digest, row->file);
    explanation.bytes = row->size;
    explanation.damaged = row->damaged;
    const FindIn in_entries = entries_with({digest}, kMaxPaths);
    // An entry may have the same bytes as a segment.
    explanation.referrers = find_referrers(
        *catalog_,
        [&](const Sha256& content) {
            auto found = in_entries(content);
            if (!found && segment) {
                const std::vector<Sha256> segments = require_manifest(*catalog_, content).segments;
                if (std::find(segments.begin(), segments.end(), digest) != segments.end()) {
                    found.emplace();
                }
            }
            return found;
        },
        progress_);
    return explanation;
}

/// A file with an orphan row: its objects or its content are in other files by now.
std::optional<Explanation> Explanations::of_unused_file(const Sha256& digest) {
    const std::pair<FileKind, Explanation::Kind> kinds[] = {
        {FileKind::loose, Explanation::Kind::Object},
        {FileKind::manifest, Explanation::Kind::Manifest},
    };
    for (const auto& [file_kind, kind] : kinds) {
        if (const auto file = catalog_->files.find(file_kind, digest)) {
            return start(kind, digest, *file);
        }
    }
    return std::nullopt;
}

} // namespace

Explanation explain_digest(OpenStore& store, std::string_view digest,
                           const ProgressOptions& progress) {
    return Explanations(store, progress).of(digest);
}

} // namespace vitrine
