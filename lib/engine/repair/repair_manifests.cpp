// SPDX-License-Identifier: MIT
#include "engine/repair/repair_manifests.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/parallel.hpp"
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
    Candidate candidate{path, {}, {}, {}};
    const Problem problem = problem_of([&] {
        const std::string bytes = read_linkless(path, kMaxManifestBytes);
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
    candidate.problem = problem.value_or("");
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
    }
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

// ---- Choosing

ManifestSearch::Whole ManifestSearch::walk(const Sha256& content,
                                           const Candidate& candidate) const {
    if (!candidate.problem.empty()) {
        throw Error(ErrorCode::Corruption, candidate.problem);
    }
    std::vector<std::shared_ptr<const SegmentReader>> segments;
    Whole whole;
    for (const ManifestFile::Segment& segment : candidate.file.segments) {
        const fs::path path = rebuild_.objects.loose_path(segment.object);
        if (!rebuild_.whole.contains(segment.object) || !fs::exists(path)) {
            throw Error(ErrorCode::Corruption,
                        concat("segment ", quoted(segment.object.hex()), " is damaged or missing"));
        }
        segments.push_back(std::make_shared<const SegmentReader>(path));
        whole.row.segments.push_back(segment.object);
    }
    const Manifest manifest = manifest_of_segments(std::move(segments), candidate.file.entries);
    const ManifestSummary summary = summarize(manifest, [&](const ItemView& item) {
        const auto object = item.fields.object_digest();
        if (object && !rebuild_.whole.contains(*object)) {
            whole.damaged_entries.push_back({std::string(item.path), *object});
        }
    });
    if (summary.content != content) {
        throw DigestMismatch("content", content.hex(), summary.content.hex());
    }
    std::error_code error;
    const std::uintmax_t size = fs::file_size(candidate.path, error);
    whole.row.content = content;
    whole.row.file = {0, FileKind::manifest, candidate.name, error ? 0 : size, std::nullopt};
    whole.row.entries = summary.entries;
    whole.row.logical_bytes = summary.logical_bytes;
    whole.row.digest = summary.digest;
    whole.path = candidate.path;
    return whole;
}

void ManifestSearch::choose(const Sha256& content) {
    const std::vector<Candidate>* list = nullptr;
    {
        const std::lock_guard lock(mutex_);
        list = &candidates_.at(content);
    }
    std::string problems;
    for (const Candidate& candidate : *list) {
        Whole whole;
        const Problem problem = problem_of([&] { whole = walk(content, candidate); });
        if (!problem) {
            const std::lock_guard lock(mutex_);
            found_.emplace(content, std::move(whole));
            return;
        }
        problems += concat(problems.empty() ? "" : "; ", "manifest file ",
                           quoted(candidate.path.filename().native()), ": ", *problem);
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
        if (whole.path != target) {
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
