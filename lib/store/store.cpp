// SPDX-License-Identifier: MIT
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/store/store.hpp>
#include <vitrine/value/dialect.hpp>

#include "artifact/content/open_context.hpp"
#include "artifact/content/store_content.hpp"
#include "artifact/draft/draft.hpp"
#include "core/text.hpp"
#include "engine/engine.hpp"

#include <utility>

namespace vitrine {

struct Store::Body {
    std::shared_ptr<Engine> engine;
    OpenContext context;
};

namespace {

EngineOptions engine_options(const StoreOptions& options) {
    EngineOptions engine;
    engine.read_only = options.read_only;
    engine.lock_timeout = options.lock_timeout;
    engine.warn = options.warn;
    return engine;
}

OpenContext context_of(const StoreOptions& options) {
    return {std::make_shared<const TypeRegistry>(options.types ? *options.types : builtin_types()),
            std::make_shared<const ReferenceHandlers>(options.remote)};
}

} // namespace

Store::Store(std::shared_ptr<Body> body) : body_(std::move(body)) {}

Store Store::create(const std::filesystem::path& path, const StoreOptions& options) {
    if (options.read_only) {
        throw Error(ErrorCode::InvalidArgument, "a store cannot be made read-only");
    }
    StoreSettings settings;
    settings.durability = options.durability;
    if (options.pack_limit > kMaxPackLimit) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("pack limit: expected at most ", kMaxPackLimit, " bytes, got ",
                           options.pack_limit));
    }
    settings.pack_limit = options.pack_limit;
    // A store keeps its dialect when the default moves on, so the name is written down.
    settings.dialect =
        (options.dialect.empty() ? default_dialect() : dialect_named(options.dialect)).name();
    return Store(std::make_shared<Body>(
        Body{Engine::create(path, settings, engine_options(options)), context_of(options)}));
}

Store Store::open(const std::filesystem::path& path, const StoreOptions& options) {
    return Store(std::make_shared<Body>(
        Body{Engine::open(path, engine_options(options)), context_of(options)}));
}

Store Store::open_or_create(const std::filesystem::path& path, const StoreOptions& options) {
    return exists(path) || options.read_only ? open(path, options) : create(path, options);
}

bool Store::exists(const std::filesystem::path& path) {
    return std::filesystem::is_regular_file(path / "vitrine.json");
}

RepairReport Store::repair(const std::filesystem::path& path, const RepairOptions& options) {
    return Engine::repair(path, options, {});
}

const std::filesystem::path& Store::path() const noexcept {
    return body_->engine->root();
}

const TypeRegistry& Store::types() const noexcept {
    return *body_->context.types;
}

ArtifactBuilder Store::new_artifact(std::string_view name, std::string_view type) const {
    check_artifact_name(name);
    body_->engine->check_type(name, type);
    return ArtifactBuilder(std::make_unique<ArtifactBuilder::Draft>(
        body_->engine, body_->context, nullptr, std::string(name), std::string(type)));
}

Artifact Store::commit(ArtifactBuilder&& draft, const CommitOptions& options) const {
    ArtifactBuilder::Draft& state = draft.draft();
    if (&state.engine()->store() != &body_->engine->store()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("the draft of ", quoted(state.name()), " belongs to another store"));
    }
    CommitRequest request = state.commit_request();
    request.id = options.id;
    request.aliases = options.aliases;
    request.run = options.run;
    request.allow_diverged = options.allow_diverged;
    auto version = body_->engine->commit(state.staging(), request, options.progress);
    draft.draft_.reset();
    return Artifact(StoreContent::of_version(std::move(version), body_->context));
}

Artifact Store::artifact(std::string_view reference) const {
    return Artifact(
        StoreContent::of_version(body_->engine->open_version(reference), body_->context));
}

std::optional<Artifact> Store::find_by_id(std::string_view id) const {
    auto version = body_->engine->open_version_by_id(id);
    if (!version) {
        return std::nullopt;
    }
    return Artifact(StoreContent::of_version(std::move(version), body_->context));
}

std::vector<ArtifactInfo> Store::list() const {
    return body_->engine->list();
}

std::vector<VersionInfo> Store::log(std::string_view name) const {
    return body_->engine->log(name);
}

VersionInfo Store::info(std::string_view reference) const {
    return body_->engine->info(reference);
}

Lineage Store::lineage(std::string_view reference) const {
    return body_->engine->lineage(reference);
}

void Store::record_use(const Artifact& artifact, const RunIdentity& run) const {
    body_->engine->record_use(run, artifact.id());
}

void Store::set_aliases(std::string_view reference, const std::vector<std::string>& add,
                        const std::vector<std::string>& remove) const {
    body_->engine->set_aliases(reference, add, remove);
}

RemoveReport Store::remove(std::string_view reference, bool dry_run) const {
    return body_->engine->remove(reference, {.dry_run = dry_run});
}

RemoveReport Store::remove(std::string_view reference, const RemoveOptions& options) const {
    return body_->engine->remove(reference, options);
}

GcReport Store::gc(const GcOptions& options) const {
    return body_->engine->gc(options);
}

Explanation Store::explain(std::string_view digest, const ProgressOptions& progress) const {
    return body_->engine->explain(digest, progress);
}

VerifyReport Store::verify(const ProgressOptions& progress) const {
    return body_->engine->verify(progress);
}

StoreStats Store::stats() const {
    return body_->engine->stats();
}

} // namespace vitrine
