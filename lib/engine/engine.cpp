// SPDX-License-Identifier: MIT
#include "engine/engine.hpp"

#include <vitrine/core/error.hpp>

#include "core/artifact_name.hpp"
#include "core/text.hpp"
#include "engine/commit/commit.hpp"
#include "engine/gc/gc.hpp"
#include "engine/gc/remove.hpp"
#include "engine/gc/stats.hpp"
#include "engine/gc/why.hpp"
#include "engine/records/record_folder.hpp"
#include "engine/records/run_records.hpp"
#include "engine/repair/repair.hpp"
#include "engine/store/create.hpp"
#include "engine/store/own_parts.hpp"
#include "engine/store/version_info.hpp"
#include "engine/store/version_reference.hpp"
#include "engine/verify/verify.hpp"

namespace vitrine {

std::shared_ptr<Engine> Engine::create(const std::filesystem::path& root,
                                       const StoreSettings& settings,
                                       const EngineOptions& options) {
    create_store(checked_layout(root), settings, options);
    return open(root, options);
}

std::shared_ptr<Engine> Engine::open(const std::filesystem::path& root,
                                     const EngineOptions& options) {
    auto store = std::make_shared<OpenStore>(checked_layout(root), options);
    complete_store(store->layout, store->files());
    return std::make_shared<Engine>(std::move(store));
}

RepairReport Engine::repair(const std::filesystem::path& root, const RepairOptions& repair,
                            const EngineOptions& options) {
    return repair_store(checked_layout(root), repair, options);
}

// ---- Reading

std::shared_ptr<const OpenVersion> Engine::open_version(std::string_view reference) const {
    return OpenVersion::open(store_, parse_reference(reference));
}

std::shared_ptr<const OpenVersion> Engine::open_version_by_id(std::string_view id) const {
    return OpenVersion::find(store_, id);
}

std::vector<ArtifactInfo> Engine::list() const {
    return list_artifacts(*store_->reads);
}

std::vector<VersionInfo> Engine::log(std::string_view name) const {
    return list_versions(*store_->reads, name);
}

VersionInfo Engine::info(std::string_view reference) const {
    return version_info(*store_->reads, parse_reference(reference));
}

Lineage Engine::lineage(std::string_view reference) const {
    const VersionReference parsed = parse_reference(reference);
    const Catalog::ReadTransaction view(*store_->reads);
    return lineage_of(*store_->reads, find_referenced(*store_->reads, parsed));
}

// ---- Writing

std::unique_ptr<DraftStaging> Engine::new_draft(std::shared_ptr<const OpenVersion> base) const {
    store_->require_writable();
    return std::make_unique<DraftStaging>(store_, std::move(base));
}

void Engine::check_type(std::string_view name, std::string_view type) const {
    check_artifact_name(name);
    require_type(*store_->reads, name, type);
}

std::shared_ptr<const OpenVersion> Engine::commit(DraftStaging& draft, const CommitRequest& request,
                                                  const ProgressOptions& progress) const {
    if (&draft.store() != store_.get()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("the draft of ", quoted(request.name), " belongs to another store"));
    }
    return commit_draft(draft, request, progress);
}

void Engine::set_aliases(std::string_view reference, const std::vector<std::string>& add,
                         const std::vector<std::string>& remove) const {
    change_aliases(*store_, parse_reference(reference), add, remove);
}

RemoveReport Engine::remove(std::string_view reference, const RemoveOptions& options) const {
    return remove_versions(*store_, reference, options);
}

void Engine::record_use(const RunIdentity& run, std::string_view version_id) const {
    vitrine::record_use(*store_, run, version_id);
}

// ---- Maintenance

GcReport Engine::gc(const GcOptions& options) const {
    return collect_garbage(*store_, options);
}

Explanation Engine::explain(std::string_view digest, const ProgressOptions& progress) const {
    return explain_digest(*store_, digest, progress);
}

VerifyReport Engine::verify(const ProgressOptions& progress) const {
    return verify_store(*store_, progress);
}

StoreStats Engine::stats() const {
    return measure_store(*store_);
}

} // namespace vitrine
