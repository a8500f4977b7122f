// SPDX-License-Identifier: MIT
#include "engine/repair/repair_manifests.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/parallel.hpp"
#include "core/text.hpp"
#include "engine/store/manifest_summary.hpp"
#include "engine/store/problem.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/store_files.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxManifestBytes = std::uint64_t{64} << 20U;

fs::path lost_folder(const StoreLayout& layout, const Sha256& content) {
    return layout.lost() / layout.artifact_folder(content).lexically_relative(layout.root);
}

} // namespace

void ManifestSearch::restore(const std::set<Sha256>& contents) {
    for (const Sha256& content : contents) {
        check_stop(rebuild_.progress);
        candidates_[content] = candidates(content);
    }
    if (!sources_.empty()) {
        restore_segments(contents);
    }
    const std::vector<Sha256> list(contents.begin(), contents.end());
    std::uint64_t done = 0;
    parallel_for(list.size(), [&](std::size_t i) {
        check_stop(rebuild_.progress);
        choose(list[i]);
        const std::lock_guard lock(mutex_);
        report_progress(rebuild_.progress, {"reading manifests", ++done, list.size(), 0});
    });
    std::vector<Sha256> wanted;
    for (const auto& [content, whole] : found_) {
        for (const DamagedEntry& entry : whole.damaged_entries) {
            wanted.push_back(entry.object);
        }
    }
    recovery_.restore_objects(std::move(wanted));
    for (auto& [content, whole] : found_) {
        std::erase_if(whole.damaged_entries, [&](const DamagedEntry& entry) {
            return rebuild_.whole.contains(entry.object);
        });
    }
    write_rows();
}

// ---- Candidates

ManifestSearch::Candidate ManifestSearch::read_candidate(const Sha256& content,
                                                         const fs::path& path) const {
    Candidate candidate{path, {}, {}, {}, {}};
    std::string bytes;
    const Problem problem = damage_of([&] {
        bytes = read_linkless(path, kMaxManifestBytes);
        candidate.name = sha256_of(bytes);
        const std::string name = path.stem().native();
        if (candidate.name.hex() != name) {
            throw DigestMismatch("manifest file", name, candidate.name.hex());
        }
        candidate.file = ManifestFile::parse(bytes);
        if (candidate.file.content != content) {
            throw Error(ErrorCode::Corruption,
                        concat("it is of content ", quoted(candidate.file.content.hex())));
        }
    });
    if (problem) {
        candidate.problem = *problem;
        candidate.remains = std::move(bytes);
    }
    return candidate;
}

std::vector<ManifestSearch::Candidate> ManifestSearch::candidates(const Sha256& content) const {
    std::vector<Candidate> found;
    for (const fs::path& folder :
         {rebuild_.layout.artifact_folder(content), lost_folder(rebuild_.layout, content)}) {
        for (const fs::path& path : list_folder(folder)) {
            if (path.extension() == ".manifest" && digest_of_name(path.stem().native())) {
                found.push_back(read_candidate(content, path));
            }
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
        return std::pair(!a.problem.empty(), a.file.segments.size()) <
               std::pair(!b.problem.empty(), b.file.segments.size());
    });
    return found;
}

// ---- Restoring

/// Restores manifest files that only a folder of --from has, and the segments of all manifests.
void ManifestSearch::restore_segments(const std::set<Sha256>& contents) {
    std::vector<Sha256> wanted;
    for (const Sha256& content : contents) {
        restore_manifests(content);
        for (const Candidate& candidate : candidates_[content]) {
            for (const ManifestFile::Segment& segment : candidate.file.segments) {
                if (!rebuild_.whole.contains(segment.object)) {
                    wanted.push_back(segment.object);
                }
            }
        }
        if (const auto known = old_.segments().find(content); known != old_.segments().end()) {
            wanted.insert(wanted.end(), known->second.begin(), known->second.end());
        }
    }
    std::erase_if(wanted, [&](const Sha256& object) { return rebuild_.whole.contains(object); });
    recovery_.restore_objects(std::move(wanted));
}

void ManifestSearch::restore_manifests(const Sha256& content) {
    std::vector<Candidate>& known = candidates_[content];
    bool restored = false;
    for (const Sha256& name : sources_.manifests_of(content)) {
        const bool is_known =
            std::any_of(known.begin(), known.end(), [&](const Candidate& candidate) {
                return candidate.problem.empty() && candidate.name == name;
            });
        restored = (!is_known && recovery_.restore_manifest(content, name)) || restored;
    }
    if (restored) {
        known = candidates(content);
    }
}

// ---- Reading

/// Throws: Corruption if the segment is damaged or missing; IoError if it cannot be read now.
std::shared_ptr<const SegmentReader> ManifestSearch::open_segment(const Sha256& segment) const {
    const fs::path path = rebuild_.objects.loose_path(segment);
    if (rebuild_.whole.contains(segment) && fs::exists(path)) {
        return std::make_shared<const SegmentReader>(path);
    }
    const Problem ignored = damage_of([&] { sha256_of_file(path); });
    throw Error(ErrorCode::Corruption,
                concat("segment ", quoted(segment.hex()), " is damaged or missing"));
}

/// Walks the entries, and adds what the row says of them. Throws: DigestMismatch if they are those
/// of another content.
void ManifestSearch::add_entries(const Manifest& manifest, const Sha256& content,
                                 Whole& whole) const {
    const ManifestSummary summary = summarize(manifest, [&](const ItemView& item) {
        const auto object = item.fields.object_digest();
        if (object && !rebuild_.whole.contains(*object)) {
            whole.damaged_entries.push_back({std::string(item.path), *object});
        }
    });
    if (summary.content != content) {
        throw DigestMismatch("content", content.hex(), summary.content.hex());
    }
    whole.row.content = content;
    whole.row.entries = summary.entries;
    whole.row.logical_bytes = summary.logical_bytes;
    whole.row.digest = summary.digest;
}

ManifestSearch::Whole ManifestSearch::walk(const Sha256& content,
                                           const Candidate& candidate) const {
    if (!candidate.problem.empty()) {
        throw Error(ErrorCode::Corruption, candidate.problem);
    }
    Segments segments;
    Whole whole;
    for (const ManifestFile::Segment& segment : candidate.file.segments) {
        segments.push_back(open_segment(segment.object));
        whole.row.segments.push_back(segment.object);
    }
    add_entries(manifest_of_segments(segments, candidate.file.entries), content, whole);
    std::error_code error;
    const std::uintmax_t size = fs::file_size(candidate.path, error);
    whole.row.file = {0, FileKind::manifest, candidate.name, error ? 0 : size, std::nullopt};
    whole.path = candidate.path;
    return whole;
}

// ---- Writing a manifest again

namespace {

/// The digests that a text names, in their order, each once.
std::vector<Sha256> digests_in(std::string_view text) {
    constexpr std::size_t kDigits = 2 * sizeof(Sha256::bytes);
    std::vector<Sha256> digests;
    for (std::size_t i = 0; i + kDigits <= text.size();) {
        const auto digest = digest_of_name(text.substr(i, kDigits));
        if (digest && std::find(digests.begin(), digests.end(), *digest) == digests.end()) {
            digests.push_back(*digest);
        }
        i += digest ? kDigits : 1;
    }
    return digests;
}

/// The number of entries that are left when newer segments hide older ones.
std::uint64_t count_entries(const Layers& layers) {
    std::uint64_t entries = 0;
    ItemMerge items(layers);
    while (const ItemView* item = items.next()) {
        entries += item->fields.is_tombstone ? 0 : 1;
    }
    return entries;
}

} // namespace

/// Lists of segments that may be those of the content.
std::vector<std::vector<Sha256>>
ManifestSearch::remains(const Sha256& content, const std::vector<Candidate>& candidates) const {
    std::vector<std::vector<Sha256>> lists;
    if (const auto known = old_.segments().find(content); known != old_.segments().end()) {
        lists.push_back(known->second);
    }
    for (const Candidate& candidate : candidates) {
        std::vector<Sha256> named = digests_in(candidate.remains);
        std::erase(named, content);
        if (!named.empty()) {
            lists.push_back(std::move(named));
        }
    }
    return lists;
}

/// Throws: Corruption, DigestMismatch if these are not the segments of the content.
ManifestSearch::Whole ManifestSearch::write_again(const Sha256& content,
                                                  const std::vector<Sha256>& list) const {
    Segments segments;
    Whole whole;
    ManifestFile file;
    for (const Sha256& segment : list) {
        segments.push_back(open_segment(segment));
        file.segments.push_back({segment, fs::file_size(rebuild_.objects.loose_path(segment)),
                                 segments.back()->items()});
    }
    file.content = content;
    file.entries = count_entries(layers_of_segments(segments));
    add_entries(manifest_of_segments(segments, file.entries), content, whole);
    whole.text = file.render();
    const Sha256 name = sha256_of(whole.text);
    whole.row.file = {0, FileKind::manifest, name, whole.text.size(), std::nullopt};
    whole.row.segments = list;
    whole.path = rebuild_.layout.manifest(content, name);
    return whole;
}

bool ManifestSearch::choose_remains(const Sha256& content,
                                    const std::vector<Candidate>& candidates) {
    for (const std::vector<Sha256>& segments : remains(content, candidates)) {
        Whole whole;
        if (!damage_of([&] { whole = write_again(content, segments); })) {
            const std::lock_guard lock(mutex_);
            found_.emplace(content, std::move(whole));
            return true;
        }
    }
    return false;
}

// ---- Choosing

void ManifestSearch::choose(const Sha256& content) {
    const std::vector<Candidate>* list = nullptr;
    {
        const std::lock_guard lock(mutex_);
        list = &candidates_.at(content);
    }
    std::string problems;
    for (const Candidate& candidate : *list) {
        Whole whole;
        const Problem problem = damage_of([&] { whole = walk(content, candidate); });
        if (!problem) {
            const std::lock_guard lock(mutex_);
            found_.emplace(content, std::move(whole));
            return;
        }
        problems += concat(problems.empty() ? "" : "; ", "manifest file ",
                           quoted(candidate.path.filename().native()), ": ", *problem);
    }
    if (choose_remains(content, *list)) {
        return;
    }
    const std::lock_guard lock(mutex_);
    problems_[content] = problems.empty()
                             ? concat("there is no manifest of content ", quoted(content.hex()))
                             : problems;
}

std::string ManifestSearch::problem(const Sha256& content) const {
    const auto found = problems_.find(content);
    return found == problems_.end() ? std::string() : found->second;
}

/// Renames chosen files from below `lost/` into place, and then adds the rows of all.
void ManifestSearch::write_rows() {
    std::set<fs::path> changed;
    for (const auto& [content, whole] : found_) {
        const fs::path target = rebuild_.layout.manifest(content, whole.row.file.name);
        if (!whole.text.empty()) {
            rebuild_.write(target, whole.text);
            rebuild_.note(concat("manifest file ", whole.row.file.name.hex(),
                                 " was damaged or missing; written again from its segments"));
        } else if (whole.path != target) {
            rebuild_.files->create_directories(target.parent_path());
            rebuild_.files->rename(whole.path, target);
            changed.insert(
                {rebuild_.layout.artifacts(), target.parent_path(), whole.path.parent_path()});
        }
    }
    rebuild_.flush_folders(changed);
    Catalog::WriteTransaction transaction(*rebuild_.catalog, false);
    for (const auto& [content, whole] : found_) {
        rebuild_.catalog->manifests.put(whole.row);
        rebuild_.report.bytes += whole.row.file.size;
        ++rebuild_.report.objects;
    }
    transaction.commit();
}

void ManifestSearch::set_aside(const Sha256& content) const {
    for (const fs::path& path : list_folder(rebuild_.layout.artifact_folder(content))) {
        if (path.extension() == ".manifest") {
            rebuild_.move_to_lost(path);
        }
    }
}

} // namespace vitrine
