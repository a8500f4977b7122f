// SPDX-License-Identifier: MIT
#include "engine/commit/dependency_closure.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <memory>

namespace vitrine {

namespace {

/// Whether a text is the path of an entry or of a folder of `from`.
bool is_name(std::string_view text, SourceManifest& from) {
    const auto end = text.find_last_not_of('/');
    if (end == std::string_view::npos || text.size() > EntryPath::kMaxBytes) {
        return false;
    }
    bool is_folder = false;
    from.for_each_below(std::string(text.substr(0, end + 1)),
                        [&](const Entry&) { is_folder = true; });
    return is_folder || from.find(std::string(text));
}

} // namespace

std::optional<ArtifactUri> artifact_reference(std::string_view path, std::string_view ref) {
    try {
        return ArtifactUri::try_parse(ref);
    } catch (Error& error) {
        error.add_context(concat("reference of entry ", quoted(path)));
        throw;
    }
}

void DependencyClosure::follow(const ArtifactUri& uri) {
    push(uri.id, uri.path);
    while (!pending_.empty()) {
        const Location location = std::move(pending_.back());
        pending_.pop_back();
        visit(location);
    }
}

void DependencyClosure::push(const std::string& id, const std::string& path) {
    if (seen_.emplace(id, path).second) {
        pending_.emplace_back(id, path);
    }
}

void DependencyClosure::push_named(const std::string& id, SourceManifest& from,
                                   const std::string& name) {
    if (from.find(name)) {
        push(id, name);
    }
    from.for_each_below(name.substr(0, name.find_last_not_of('/') + 1),
                        [&](const Entry& entry) { push(id, entry.path.str()); });
}

SourceManifest* DependencyClosure::find_source(const std::string& id) {
    SourceManifest* known = sources_.find(id);
    if (known == nullptr && looked_up_.insert(id).second) {
        if (auto version = OpenVersion::find(draft_.shared_store(), id)) {
            sources_.add(*version);
            draft_.hold(std::move(version));
            known = sources_.find(id);
        }
    }
    return known;
}

void DependencyClosure::visit(const Location& location) {
    const auto& [id, path] = location;
    SourceManifest* from = find_source(id);
    if (from == nullptr) {
        return;
    }
    const std::optional<Entry> entry = from->find(path);
    if (!entry) {
        return;
    }
    entries_[id].emplace(path, *entry);
    const auto onward = entry->ref ? artifact_reference(path, *entry->ref) : std::nullopt;
    if (onward && find_source(onward->id) != nullptr) {
        push(onward->id, onward->path);
        return;
    }
    for (const std::string& name : names_in(*entry, *from)) {
        push_named(id, *from, name);
    }
}

/// The paths in a value's JSON that are of entries or folders of `from`; none for a plain file.
DependencyClosure::Names DependencyClosure::names_in(const Entry& entry, SourceManifest& from) {
    if (!entry.object || !(entry.value_type || entry.path.str().ends_with(".json"))) {
        return {};
    }
    Names names;
    try {
        for_each_file_name(
            files_, entry.value_type.value_or(""), [&] { return draft_.open(*entry.object); },
            [&](std::string_view text) {
                if (is_name(text, from)) {
                    names.emplace(text);
                }
            });
    } catch (const Error& error) {
        // A plain file may be called .json, whatever it contains.
        if (entry.value_type || error.code() != ErrorCode::InvalidFormat) {
            throw;
        }
        names.clear();
    }
    return names;
}

} // namespace vitrine
