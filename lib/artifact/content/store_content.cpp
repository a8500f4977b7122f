// SPDX-License-Identifier: MIT
#include "artifact/content/store_content.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace vitrine {

namespace {

ArtifactFacts facts_of(const OpenVersion& version) {
    const VersionRow& record = version.record();
    ArtifactFacts facts;
    facts.name = concat(record.name, ":v", record.number);
    facts.base_name = record.name;
    facts.version = record.number;
    facts.id = record.id;
    facts.type = record.type;
    facts.description = record.description;
    facts.metadata = record.metadata;
    facts.aliases = version.aliases();
    facts.created_at = record.created_at;
    return facts;
}

/// The artifact may have been removed: only its id and its name, "cells:v3", are known.
ArtifactFacts facts_of(const Dependency& dependency) {
    ArtifactFacts facts;
    facts.name = dependency.name;
    facts.id = dependency.id;
    const std::string_view name = dependency.name;
    const std::size_t colon = name.rfind(":v");
    facts.base_name = name.substr(0, colon);
    if (colon != std::string_view::npos) {
        const std::string_view digits = name.substr(colon + 2);
        std::uint64_t number = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error == std::errc() && end == digits.data() + digits.size()) {
            facts.version = number;
        }
    }
    return facts;
}

} // namespace

StoreContent::StoreContent(std::shared_ptr<const OpenShare> share, ArtifactFacts facts,
                           Manifest manifest)
    : share_(std::move(share)), facts_(std::move(facts)), manifest_(std::move(manifest)) {}

std::shared_ptr<const StoreContent>
StoreContent::of_version(std::shared_ptr<const OpenVersion> version, OpenContext context) {
    ArtifactFacts facts = facts_of(*version);
    Manifest manifest = version->manifest();
    auto share = std::make_shared<OpenShare>();
    share->version = std::move(version);
    share->context = std::move(context);
    return std::shared_ptr<const StoreContent>(
        new StoreContent(std::move(share), std::move(facts), std::move(manifest)));
}

std::string StoreContent::digest() const {
    const VersionRow& record = share_->version->record();
    return facts_.id == record.id ? record.digest : manifest_.digest();
}

OpenShare::Source* StoreContent::find_source(std::string_view id) const {
    if (const auto known = share_->sources.find(id); known != share_->sources.end()) {
        return &known->second;
    }
    const auto& dependencies = share_->version->record().dependencies;
    const auto row = std::ranges::find(dependencies, id, &Dependency::id);
    if (row == dependencies.end()) {
        return nullptr;
    }
    auto manifest = share_->version->dependency_manifest(id);
    if (!manifest) {
        throw Error(ErrorCode::Corruption,
                    concat("version ", quoted(facts_.name),
                           " lacks the manifest of its dependency ", quoted(row->name)));
    }
    return &share_->sources
                .try_emplace(std::string(id),
                             OpenShare::Source{facts_of(*row), *std::move(manifest), {}})
                .first->second;
}

std::shared_ptr<const ArtifactContent> StoreContent::source(std::string_view id) const {
    const std::lock_guard lock(share_->mutex);
    OpenShare::Source* source = find_source(id);
    if (source == nullptr) {
        return nullptr;
    }
    auto content = source->content.lock();
    if (!content) {
        content.reset(new StoreContent(share_, source->facts, source->manifest));
        source->content = content;
    }
    return content;
}

std::vector<std::string> StoreContent::source_ids() const {
    std::vector<std::string> ids;
    for (const Dependency& dependency : share_->version->record().dependencies) {
        ids.push_back(dependency.id);
    }
    return ids;
}

std::optional<std::string> StoreContent::read_bytes(const Entry& entry) const {
    if (!entry.object) {
        return std::nullopt;
    }
    try {
        return store().read_object(*entry.object);
    } catch (Error& error) {
        error.add_context(
            concat("reading ", quoted(entry.path.str()), " of ", quoted(facts_.name)));
        throw;
    }
}

std::unique_ptr<CheckedInput> StoreContent::open_bytes(const Entry& entry) const {
    if (!entry.object) {
        return nullptr;
    }
    try {
        return store().open_object(*entry.object);
    } catch (Error& error) {
        error.add_context(
            concat("reading ", quoted(entry.path.str()), " of ", quoted(facts_.name)));
        throw;
    }
}

std::optional<std::filesystem::path> StoreContent::bytes_path(const Entry& entry) const {
    return entry.object ? store().object_path(*entry.object) : std::nullopt;
}

std::vector<BytesLocation> StoreContent::locations_of(std::span<const Entry* const> entries) const {
    std::vector<Sha256> objects;
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i]->object) {
            objects.push_back(*entries[i]->object);
            positions.push_back(i);
        }
    }
    const std::vector<std::optional<ObjectLocation>> found = store().locations_of(objects);
    std::vector<BytesLocation> locations(entries.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!found[i]) {
            continue;
        }
        BytesLocation& location = locations[positions[i]];
        if (found[i]->holder == ObjectLocation::Holder::Pack) {
            location.packed = found[i];
        } else {
            location.file = store().objects.file_of(*found[i]);
        }
    }
    return locations;
}

} // namespace vitrine
