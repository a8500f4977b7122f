// SPDX-License-Identifier: MIT
//
// A version owns all that it reaches. An entry with a `ref` into another artifact, the *source*,
// is W&B's one-line reference; but its value needs more than that line's bytes, for its JSON names
// pictures, masks and classes of the source. What is reached:
//
//   - the entry that is referred to;
//   - if that is a value's JSON, every string in it that names an entry, or a folder, of the same
//     artifact, and on from there;
//   - an entry that is itself a reference is followed into its own source, whose strings its JSON
//     speaks of; where that source is not known, its strings are looked up where the entry lies.
//
// Of each source the entries that are reached make up a kept manifest. It may hold more than is
// reached, never less: so where more than half of the source is reached, the source's manifest is
// kept as it is, and where references were only added to a base, what the base keeps is kept on
// and only the new references are followed.
//
// A source is looked up among the artifacts that the draft holds, in what these keep, and among
// the live versions. One that the store never had (a reference that was imported) keeps nothing:
// its entry holds the bytes that came with it.
#include "engine/commit/dependencies.hpp"

#include <vitrine/core/error.hpp>

#include "core/json_scanner.hpp"
#include "core/text.hpp"
#include "engine/commit/source_manifests.hpp"
#include "manifest/segment_file.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace vitrine {

namespace {

/// An entry of a source: its id and path.
using Place = std::pair<std::string, std::string>;

std::optional<ArtifactUri> artifact_reference(std::string_view path, std::string_view ref) {
    try {
        return ArtifactUri::try_parse(ref);
    } catch (Error& error) {
        error.add_context(concat("reference of entry ", quoted(path)));
        throw;
    }
}

std::optional<ArtifactUri> artifact_reference(std::string_view path, const EntryFields* fields) {
    return fields != nullptr && fields->ref ? artifact_reference(path, *fields->ref) : std::nullopt;
}

std::optional<ArtifactUri> artifact_reference(const Entry& entry) {
    return entry.ref ? artifact_reference(entry.path.str(), *entry.ref) : std::nullopt;
}

/// Follows references through sources, and collects what they reach.
class Reach {
public:
    using Entries = std::map<std::string, Entry>; ///< by path

    Reach(StagedDraft& draft, SourceManifests& sources, const OpenById& open_by_id)
        : draft_(draft), sources_(sources), open_by_id_(open_by_id) {}

    void follow(const ArtifactUri& uri) {
        push(uri.id, uri.path);
        while (!pending_.empty()) {
            const Place place = std::move(pending_.back());
            pending_.pop_back();
            visit(place);
        }
    }

    /// By the id of the source.
    std::map<std::string, Entries>& entries() { return entries_; }

private:
    void push(const std::string& id, const std::string& path) {
        if (seen_.emplace(id, path).second) {
            pending_.emplace_back(id, path);
        }
    }

    SourceManifest* source(const std::string& id) {
        SourceManifest* known = sources_.find(id);
        if (known == nullptr && asked_.insert(id).second) {
            if (auto version = open_by_id_(id)) {
                sources_.add(*version);
                draft_.hold(std::move(version));
                known = sources_.find(id);
            }
        }
        return known;
    }

    void visit(const Place& place) {
        const std::string& id = place.first;
        const std::string& path = place.second;
        SourceManifest* from = source(id);
        if (from == nullptr) {
            return;
        }
        const std::optional<Entry> entry = from->find(path);
        if (!entry) {
            return;
        }
        entries_[id].emplace(path, *entry);
        const std::optional<ArtifactUri> onward = artifact_reference(*entry);
        if (onward && source(onward->id) != nullptr) {
            push(onward->id, onward->path);
        } else {
            for (const std::string& name : names_in(*entry, *from)) {
                push_named(id, *from, name);
            }
        }
    }

    /// The strings in the JSON of a value that name an entry or a folder of `from`, each once. Of a
    /// plain file none.
    std::set<std::string> names_in(const Entry& entry, SourceManifest& from) {
        std::set<std::string> names;
        if (!entry.object || !(entry.value_type || entry.path.str().ends_with(".json"))) {
            return names;
        }
        try {
            visit_json_strings(*draft_.open(*entry.object), [&](std::string_view text) {
                if (is_name(text, from)) {
                    names.emplace(text);
                }
            });
        } catch (const Error& error) {
            // Whoever adds a file may call it .json, whatever it holds.
            if (entry.value_type || error.code() != ErrorCode::InvalidFormat) {
                throw;
            }
            names.clear();
        }
        return names;
    }

    static bool is_name(std::string_view text, SourceManifest& from) {
        const auto end = text.find_last_not_of('/');
        if (end == std::string_view::npos || text.size() > EntryPath::kMaxBytes) {
            return false;
        }
        bool is_folder = false;
        from.for_each_below(std::string(text.substr(0, end + 1)),
                            [&](const Entry&) { is_folder = true; });
        return is_folder || from.find(std::string(text));
    }

    void push_named(const std::string& id, SourceManifest& from, const std::string& name) {
        if (from.find(name)) {
            push(id, name);
        }
        from.for_each_below(name.substr(0, name.find_last_not_of('/') + 1),
                            [&](const Entry& entry) { push(id, entry.path.str()); });
    }

    StagedDraft& draft_;
    SourceManifests& sources_;
    const OpenById& open_by_id_;
    std::map<std::string, Entries> entries_;
    std::set<Place> seen_;
    std::set<std::string> asked_;
    std::vector<Place> pending_;
};

SourceManifests collect_sources(const StagedDraft& draft, const CommitRequest& request) {
    SourceManifests sources;
    if (request.base) {
        sources.add(*request.base);
    }
    for (const auto& version : draft.held()) {
        sources.add(*version);
    }
    return sources;
}

/// What the base keeps of a source, opened.
struct BaseDependencies {
    Dependency source;
    Manifest manifest;
};

class Planner {
public:
    Planner(OpenStore& store, StagedDraft& draft) : store_(store), draft_(draft) {}

    DependencyPlan keep_base(const BaseDependencies& base) {
        return keep_whole(base.source, base.manifest);
    }

    /// A kept manifest of these entries and of what the base keeps of the source.
    DependencyPlan keep(const std::string& id, const SourceManifest& source, Reach::Entries entries,
                        const BaseDependencies* base) {
        if (base != nullptr) {
            if (all_in(entries, base->manifest)) {
                return keep_base(*base);
            }
            for (const Entry& entry : base->manifest.entries()) {
                entries.emplace(entry.path.str(), entry);
            }
        }
        if (entries.size() * 2 > source.largest().size()) {
            return keep_whole({id, source.name(), source.largest_content()}, source.largest());
        }
        return keep_part({id, source.name(), {}}, std::move(entries), base);
    }

private:
    static bool all_in(const Reach::Entries& entries, const Manifest& manifest) {
        return std::all_of(entries.begin(), entries.end(),
                           [&](const auto& item) { return manifest.contains(item.first); });
    }

    DependencyPlan keep_whole(Dependency source, const Manifest& manifest) {
        if (auto present = find_present_manifest(store_, source.content, draft_.epoch())) {
            return {std::move(source),
                    {std::move(present->row), std::move(present->manifest), std::nullopt,
                     std::nullopt}};
        }
        return {std::move(source),
                plan_manifest(store_, draft_, manifest, summarize(manifest), std::nullopt)};
    }

    DependencyPlan keep_part(Dependency source, Reach::Entries entries,
                             const BaseDependencies* base) {
        std::vector<Entry> list;
        list.reserve(entries.size());
        for (auto& [path, entry] : entries) {
            list.push_back(std::move(entry));
        }
        const Manifest manifest(std::move(list));
        const ManifestSummary summary = summarize(manifest);
        std::optional<BaseManifest> base_manifest;
        if (base != nullptr) {
            base_manifest = find_present_manifest(store_, base->source.content, draft_.epoch());
        }
        source.content = summary.content;
        return {std::move(source), plan_manifest(store_, draft_, manifest, summary, base_manifest)};
    }

    OpenStore& store_;
    StagedDraft& draft_;
};

std::map<std::string, BaseDependencies> kept_by_base(const CommitRequest& request,
                                                     const NewReferences& references) {
    std::map<std::string, BaseDependencies> kept;
    if (request.base && references.base_keeps_on()) {
        for (const Dependency& source : request.base->record().dependencies) {
            if (auto manifest = request.base->kept(source.id)) {
                kept.emplace(source.id, BaseDependencies{source, std::move(*manifest)});
            }
        }
    }
    return kept;
}

} // namespace

NewReferences::NewReferences(const CommitRequest& request)
    : has_base_(request.base != nullptr),
      base_keeps_(has_base_ && !request.base->record().dependencies.empty()) {}

void NewReferences::add(const ItemPair& pair) {
    if (has_base_ && !pair.differs()) {
        return;
    }
    if (auto uri = artifact_reference(pair.path, pair.after)) {
        uris_.push_back(*std::move(uri));
    }
    if (base_keeps_ && !lost_) {
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

std::vector<DependencyPlan> plan_dependencies(OpenStore& store, StagedDraft& draft,
                                              const CommitRequest& request,
                                              NewReferences references,
                                              const OpenById& open_by_id) {
    SourceManifests sources = collect_sources(draft, request);
    Reach reach(draft, sources, open_by_id);
    for (const ArtifactUri& uri : references.take(request.manifest)) {
        reach.follow(uri);
    }
    const std::map<std::string, BaseDependencies> base = kept_by_base(request, references);
    Planner planner(store, draft);
    std::map<std::string, DependencyPlan> plans;
    for (auto& [id, entries] : reach.entries()) {
        const auto of_base = base.find(id);
        plans.emplace(id, planner.keep(id, *sources.find(id), std::move(entries),
                                       of_base == base.end() ? nullptr : &of_base->second));
    }
    for (const auto& [id, kept] : base) {
        if (!plans.contains(id)) {
            plans.emplace(id, planner.keep_base(kept));
        }
    }
    std::vector<DependencyPlan> result;
    for (auto& [id, plan] : plans) {
        result.push_back(std::move(plan));
    }
    return result;
}

bool is_part_of(const Manifest& kept, const Manifest& manifest) {
    for (const Entry& entry : kept.entries()) {
        const std::optional<Entry> other = manifest.find(entry.path.str());
        if (!other) {
            return false;
        }
        Entry same = *other;
        same.value_type = entry.value_type; // an index, not content
        if (same != entry) {
            return false;
        }
    }
    return true;
}

} // namespace vitrine
