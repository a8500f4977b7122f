// SPDX-License-Identifier: MIT
//
// A version keeps everything that it needs, including entries of other artifacts. An entry with a
// `ref` into another artifact, its *source*, is W&B's one-line reference; but a value needs more
// than that entry, since its JSON names pictures, masks and classes of the source. What a reference
// reaches:
//
//   - the entry that it refers to;
//   - if that is a value's JSON, the entries and folders of the same artifact that it names, and
//     what these reach in turn. A registered type says which members of its JSON name files
//     (ValueType::file_members). In the JSON of any other type, and where a value of such a type is
//     nested in it, every string that equals a path counts as a name;
//   - an entry that is itself a reference is followed into its own source, since its JSON names
//     files there. If that source is not known, the names are looked up where the entry is.
//
// For each source, the entries reached make up the manifest of a dependency. It may contain more
// than is reached, never less. So if more than half of the source is reached, the source's manifest
// is the dependency as it is; and if references were only added to a base, the base's dependencies
// are kept and only the new references are followed.
//
// A source is looked up among the versions that the draft holds, their dependencies, and the live
// versions. A source that the store never had (the reference was imported) is no dependency: its
// entry has the bytes that were imported with it.
#include "engine/commit/dependencies.hpp"

#include <vitrine/core/error.hpp>

#include "engine/commit/dependency_closure.hpp"
#include "engine/commit/source_manifests.hpp"
#include "engine/store/manifest_summary.hpp"
#include "manifest/segment_file.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace vitrine {

namespace {

std::optional<ArtifactUri> artifact_reference(std::string_view path, const EntryFields* fields) {
    return fields != nullptr && fields->ref ? vitrine::artifact_reference(path, *fields->ref)
                                            : std::nullopt;
}

SourceManifests collect_sources(const DraftStaging& draft, const CommitRequest& request) {
    SourceManifests sources;
    if (request.base) {
        sources.add(*request.base);
    }
    for (const auto& version : draft.held()) {
        sources.add(*version);
    }
    return sources;
}

/// A dependency of the base, with its manifest.
struct BaseDependency {
    Dependency source;
    Manifest manifest;
};

/// The dependencies of the base that are kept, by id.
std::map<std::string, BaseDependency> kept_of_base(const CommitRequest& request,
                                                   const NewReferences& references) {
    std::map<std::string, BaseDependency> kept;
    if (request.base && references.keeps_base()) {
        for (const Dependency& source : request.base->record().dependencies) {
            if (auto manifest = request.base->dependency_manifest(source.id)) {
                kept.emplace(source.id, BaseDependency{source, std::move(*manifest)});
            }
        }
    }
    return kept;
}

/// A dependency whose manifest is that of a version, or of a dependency of one.
DependencyPlan plan_whole(DraftStaging& draft, Dependency source, const Manifest& manifest) {
    if (auto present = find_present_manifest(draft, source.content)) {
        return {
            std::move(source),
            {std::move(present->row), std::move(present->manifest), std::nullopt, std::nullopt}};
    }
    return {std::move(source), plan_manifest(draft, manifest, summarize(manifest), std::nullopt)};
}

/// A dependency on some entries of a source.
DependencyPlan plan_part(DraftStaging& draft, Dependency source, DependencyClosure::Entries entries,
                         const BaseDependency* base) {
    std::vector<Entry> list;
    list.reserve(entries.size());
    for (auto& [path, entry] : entries) {
        list.push_back(std::move(entry));
    }
    const Manifest manifest(std::move(list));
    const ManifestSummary summary = summarize(manifest);
    std::optional<BaseManifest> base_manifest;
    if (base != nullptr) {
        base_manifest = find_present_manifest(draft, base->source.content);
    }
    source.content = summary.content;
    return {std::move(source), plan_manifest(draft, manifest, summary, base_manifest)};
}

bool contains_all(const Manifest& manifest, const DependencyClosure::Entries& entries) {
    return std::ranges::all_of(entries,
                               [&](const auto& item) { return manifest.contains(item.first); });
}

/// A dependency on the entries reached and on what the base needs of the same source.
DependencyPlan plan_dependency(DraftStaging& draft, const std::string& id,
                               const SourceManifest& source, DependencyClosure::Entries entries,
                               const BaseDependency* base) {
    if (base != nullptr) {
        if (contains_all(base->manifest, entries)) {
            return plan_whole(draft, base->source, base->manifest);
        }
        for (const Entry& entry : base->manifest.entries()) {
            entries.emplace(entry.path.str(), entry);
        }
    }
    if (entries.size() * 2 > source.largest().size()) {
        return plan_whole(draft, {id, source.name(), source.largest_content()}, source.largest());
    }
    return plan_part(draft, {id, source.name(), {}}, std::move(entries), base);
}

} // namespace

NewReferences::NewReferences(const CommitRequest& request)
    : has_base_(request.base != nullptr),
      base_has_dependencies_(has_base_ && !request.base->record().dependencies.empty()) {}

void NewReferences::add(const ItemPair& pair) {
    if (has_base_ && !pair.differs()) {
        return;
    }
    if (auto uri = artifact_reference(pair.path, pair.after)) {
        uris_.push_back(*std::move(uri));
    }
    if (base_has_dependencies_ && !lost_) {
        lost_ = artifact_reference(pair.path, pair.before).has_value();
    }
}

std::vector<ArtifactUri> NewReferences::take(const Manifest& manifest) {
    if (lost_) {
        uris_.clear();
        ItemMerge items(layers_of(manifest));
        while (const ItemView* item = items.next()) {
            if (auto uri = artifact_reference(item->path, &item->fields)) {
                uris_.push_back(*std::move(uri));
            }
        }
    }
    return std::move(uris_);
}

std::vector<DependencyPlan> plan_dependencies(DraftStaging& draft, const CommitRequest& request,
                                              NewReferences references) {
    SourceManifests sources = collect_sources(draft, request);
    DependencyClosure closure(draft, sources, request.file_members);
    for (const ArtifactUri& uri : references.take(request.manifest)) {
        closure.follow(uri);
    }
    const std::map<std::string, BaseDependency> base = kept_of_base(request, references);
    std::map<std::string, DependencyPlan> plans;
    for (auto& [id, entries] : closure.entries()) {
        const auto of_base = base.find(id);
        plans.emplace(id, plan_dependency(draft, id, *sources.find(id), std::move(entries),
                                          of_base == base.end() ? nullptr : &of_base->second));
    }
    for (const auto& [id, kept] : base) {
        if (!plans.contains(id)) {
            plans.emplace(id, plan_whole(draft, kept.source, kept.manifest));
        }
    }
    std::vector<DependencyPlan> result;
    for (auto& [id, plan] : plans) {
        result.push_back(std::move(plan));
    }
    return result;
}

bool is_part_of(const Manifest& part, const Manifest& manifest) {
    for (const Entry& entry : part.entries()) {
        std::optional<Entry> other = manifest.find(entry.path.str());
        if (!other) {
            return false;
        }
        other->value_type = entry.value_type; // derived from the content, not part of it
        if (*other != entry) {
            return false;
        }
    }
    return true;
}

} // namespace vitrine
