// SPDX-License-Identifier: MIT
#include "engine/engine.hpp"

#include <vitrine/core/error.hpp>

#include "core/artifact_name.hpp"
#include "core/text.hpp"
#include "engine/commit/commit.hpp"
#include "engine/commit/staged_draft.hpp"
#include "engine/gc/gc.hpp"
#include "engine/gc/remove.hpp"
#include "engine/gc/stats.hpp"
#include "engine/gc/why.hpp"
#include "engine/local_engine.hpp"
#include "engine/records/record_folder.hpp"
#include "engine/records/run_records.hpp"
#include "engine/repair/repair.hpp"
#include "engine/store/open_version.hpp"
#include "engine/store/version_reference.hpp"
#include "engine/store/write_lock.hpp"
#include "engine/verify/verify.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

std::shared_ptr<Engine> Engine::create(const std::filesystem::path& root,
                                       const StoreSettings& settings,
                                       const EngineOptions& options) {
    create_store(StoreLayout{root}, settings, options);
    return open(root, options);
}

std::shared_ptr<Engine> Engine::open(const std::filesystem::path& root,
                                     const EngineOptions& options) {
    return std::make_shared<LocalEngine>(std::make_shared<OpenStore>(StoreLayout{root}, options));
}

RepairReport Engine::repair(const std::filesystem::path& root, const RepairOptions& repair,
                            const EngineOptions& options) {
    return repair_store(StoreLayout{root}, repair, options);
}

// ---- Reading

/// Takes a lease, and reads the version's rows after that, in one view.
std::shared_ptr<const OpenVersion> LocalEngine::open_row(const FindRow& find) {
    std::shared_ptr<const Lease> lease = store_->leases.take();
    std::optional<VersionRow> row;
    std::vector<std::string> aliases;
    {
        const Catalog::ReadTransaction view(*store_->reads);
        row = find();
        if (!row) {
            return nullptr;
        }
        aliases = aliases_of(*store_->reads, row->name, row->number);
    }
    // Its manifests are opened outside of the view: the lease keeps them, and nobody waits.
    return std::make_shared<StoredVersion>(shared_from_this(), *store_, std::move(lease),
                                           std::move(*row), std::move(aliases));
}

std::shared_ptr<const OpenVersion> LocalEngine::open_version(std::string_view reference) {
    const VersionReference parsed = parse_reference(reference);
    return open_row([&] { return find_referenced(*store_->reads, parsed); });
}

std::shared_ptr<const OpenVersion> LocalEngine::open_version_by_id(std::string_view id) {
    return open_row([&] { return store_->reads->versions.find_by_id(id); });
}

std::string LocalEngine::read_object(const Sha256& sha256) {
    return store_->read_object(sha256);
}

std::unique_ptr<CheckedInput> LocalEngine::open_object(const Sha256& sha256) {
    return store_->open_object(sha256);
}

std::optional<std::filesystem::path> LocalEngine::object_path(const Sha256& sha256) {
    const auto row = store_->reads->objects.find(sha256);
    return row ? store_->objects.file_of(location_of(*row)) : std::nullopt;
}

std::vector<std::optional<ObjectLocation>>
LocalEngine::locations_of(std::span<const Sha256> objects) {
    const Catalog::ReadTransaction view(*store_->reads);
    std::vector<std::optional<ObjectLocation>> places;
    places.reserve(objects.size());
    for (const auto& row : store_->reads->objects.find(objects)) {
        places.push_back(row && !row->damaged ? std::optional(location_of(*row)) : std::nullopt);
    }
    return places;
}

std::string LocalEngine::read_object(const ObjectLocation& place) {
    return store_->objects.read(place);
}

std::optional<std::string> LocalEngine::object_path(const ObjectLocation& place) {
    return store_->objects.file_of(place);
}

std::vector<ArtifactInfo> LocalEngine::list() {
    const Catalog::ReadTransaction view(*store_->reads);
    std::vector<ArtifactInfo> artifacts;
    for (const HeadRow& head : store_->reads->versions.heads()) {
        const std::vector<std::uint64_t> numbers = store_->reads->versions.numbers_of(head.name);
        if (!numbers.empty()) {
            artifacts.push_back({head.name, head.type, numbers.size(), numbers.back()});
        }
    }
    return artifacts;
}

VersionInfo LocalEngine::info_of(const VersionRow& row) {
    const ManifestRow manifest = require_manifest(*store_->reads, row.content);
    VersionInfo info;
    info.name = row.name;
    info.version = row.number;
    info.type = row.type;
    info.id = row.id;
    info.digest = row.digest;
    info.created_at = row.created_at;
    info.description = row.description;
    info.aliases = aliases_of(*store_->reads, row.name, row.number);
    info.entries = manifest.entries;
    info.size = manifest.logical_bytes;
    if (row.base) {
        info.base = row.base->second;
        if (row.base->first != row.name) {
            info.base_name = row.base->first;
        }
    }
    info.run = row.run;
    return info;
}

std::vector<VersionInfo> LocalEngine::log(std::string_view name) {
    check_artifact_name(name);
    const Catalog::ReadTransaction view(*store_->reads);
    find_number(*store_->reads, {std::string(name), std::nullopt, {}}); // says what there is
    std::vector<VersionInfo> versions;
    for (const std::uint64_t number : store_->reads->versions.numbers_of(name)) {
        versions.push_back(
            info_of(find_referenced(*store_->reads, {std::string(name), number, {}})));
    }
    std::reverse(versions.begin(), versions.end());
    return versions;
}

VersionInfo LocalEngine::info(std::string_view reference) {
    const VersionReference parsed = parse_reference(reference);
    const Catalog::ReadTransaction view(*store_->reads);
    return info_of(find_referenced(*store_->reads, parsed));
}

Lineage LocalEngine::lineage(std::string_view reference) {
    const VersionReference parsed = parse_reference(reference);
    const Catalog::ReadTransaction view(*store_->reads);
    return lineage_of(*store_->reads, find_referenced(*store_->reads, parsed));
}

// ---- Writing

std::unique_ptr<DraftStaging> LocalEngine::new_draft(std::shared_ptr<const OpenVersion> base) {
    store_->require_writable();
    return std::make_unique<StagedDraft>(store_, std::move(base));
}

void LocalEngine::check_type(std::string_view name, std::string_view type) {
    check_artifact_name(name);
    require_type(*store_->reads, name, type);
}

std::shared_ptr<const OpenVersion> LocalEngine::commit(DraftStaging& draft,
                                                       const CommitRequest& request,
                                                       const ProgressOptions& progress) {
    auto* staged = dynamic_cast<StagedDraft*>(&draft);
    if (staged == nullptr || &staged->store() != store_.get()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("the draft of ", quoted(request.name), " is of another store"));
    }
    // The draft's lease is older than the version, so it protects what is returned.
    std::shared_ptr<const Lease> lease = staged->lease();
    CommittedVersion committed = commit_draft(
        *store_, *staged, request, [&](std::string_view id) { return open_version_by_id(id); },
        progress);
    return std::make_shared<StoredVersion>(shared_from_this(), *store_, std::move(lease),
                                           std::move(committed.row), std::move(committed.aliases));
}

void LocalEngine::set_aliases(std::string_view reference, const std::vector<std::string>& add,
                              const std::vector<std::string>& remove) {
    change_aliases(*store_, parse_reference(reference), add, remove);
}

RemoveReport LocalEngine::remove(std::string_view reference, bool dry_run) {
    return remove_versions(*store_, reference, dry_run);
}

void LocalEngine::note_use(const RunIdentity& run, std::string_view version_id) {
    vitrine::note_use(*store_, run, version_id);
}

// ---- Care

GcReport LocalEngine::gc(const GcOptions& options) {
    return collect_garbage(*store_, options);
}

Explanation LocalEngine::explain(std::string_view digest, const ProgressOptions& progress) {
    return explain_digest(*store_, digest, progress);
}

VerifyReport LocalEngine::verify(const ProgressOptions& progress) {
    return verify_store(*store_, progress);
}

StoreStats LocalEngine::stats() {
    return measure_store(*store_);
}

} // namespace vitrine
