// SPDX-License-Identifier: MIT
//
// How a draft becomes a version, and why in this order. A crash at any point leaves the store as
// it was before the commit or as it is after it, and at most untracked files (no row of the
// catalogue names them), which gc deletes.
//
//  1. While the draft is filled, its objects are written to its staging folder, small ones into
//     packs. At the beginning of the commit the packs get their index (a few small objects become
//     files of their own instead). Then the manifests follow: the dependencies are found, and the
//     segments and files of all manifests that are not present are staged too (commit_plan.cpp).
//     All of this happens without a lock, beside other writers.
//  2. Flush what is staged, all of it with one flush: from here on, a rename is enough to make an
//     object durable.
//  3. Take the write lock, then begin the transaction. If an untracked file has the name of the new
//     version's record, commit a change of our own first. Until then, the transaction of a process
//     that died while it committed could come back to life, and that record with it. If that
//     record was not announced, the catalogue is older than the store: fail.
//  4. Ask again what is present, since others have committed in the meantime. What is present stays
//     in staging and is deleted with it. What is not present is renamed into place, over whatever
//     is there (an untracked file, or a damaged one, which is restored so), and gets its row. Then
//     flush the folders: a row is committed only after its file is durable. Clear the marks of all
//     that the version references, so that a gc that found it unreferenced earlier does not delete
//     it. If something is missing, fail.
//  5. Unless the draft equals the latest version: draw the number and the id, announce the record
//     and the head (records/announcements.hpp), write and flush the record. This happens before the
//     commit, so that every version of the catalogue has a record.
//  6. Write and flush the head, if it changes, and the record of the run that makes the version.
//  7. COMMIT. The version exists from here on, and not earlier. Then delete the announcements, the
//     staging folder and the files that were to be moved.
//
// If a step before 7 fails, the transaction is rolled back and the objects are given back to the
// draft's folder, so that the draft can be committed again. Their published files become untracked.
#include "engine/commit/commit.hpp"

#include <vitrine/core/error.hpp>

#include "core/artifact_name.hpp"
#include "core/text.hpp"
#include "engine/commit/commit_plan.hpp"
#include "engine/commit/publication.hpp"
#include "engine/records/announcements.hpp"
#include "engine/records/record_folder.hpp"
#include "engine/records/records.hpp"
#include "engine/records/run_records.hpp"
#include "engine/records/untracked_records.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/version_reference.hpp"
#include "engine/store/write_lock.hpp"
#include "manifest/segment_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

constexpr std::size_t kMaxIdBytes = 64;
/// Up to this number of files are flushed one by one, more by one flush of the file system.
constexpr std::size_t kManyFiles = 16;

void check_request(const CommitRequest& request) {
    check_artifact_name(request.name);
    if (request.type.empty() || !is_utf8(request.type)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("not an artifact's type: ", quoted(request.type)));
    }
    if (request.id.size() > kMaxIdBytes) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("an id has 1 to 64 bytes, got ", request.id.size()));
    }
    if (!request.metadata.is_object()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("metadata: expected an object, got ", request.metadata.type_name()));
    }
    if (!is_utf8(request.description)) {
        throw Error(ErrorCode::InvalidArgument, "the description is not UTF-8");
    }
    for (const std::string& alias : request.aliases) {
        require_alias(alias);
    }
    if (request.run) {
        require_run_id(request.run->id);
    }
}

// ---- 2. Durable before a row names it

void add_staged_files(const ManifestPlan& plan, std::vector<std::filesystem::path>& files) {
    for (const auto& file : {plan.segment, plan.file}) {
        if (file) {
            files.push_back(file->path);
        }
    }
}

void flush_staged(DraftStaging& draft, const CommitPlan& plan) {
    std::vector<std::filesystem::path> files;
    add_staged_files(plan.manifest, files);
    for (const DependencyPlan& dependency : plan.dependencies) {
        add_staged_files(dependency.manifest, files);
    }
    for (const StagedPacks::Pack& pack : draft.packs()) {
        files.push_back(pack.path);
    }
    OpenStore& store = draft.store();
    if (files.size() + plan.summary.loose.size() > kManyFiles) {
        store.flush_file_system();
        return;
    }
    for (const Sha256& object : plan.summary.loose) {
        files.push_back(draft.staged_path(object));
    }
    for (const auto& file : files) {
        // A failed attempt may have left an object or pack in its place, where it was flushed.
        if (std::filesystem::exists(file)) {
            store.flush_file(file);
        }
    }
}

// ---- 3. to 7. The transaction

/// What a commit does under the write lock, from what it planned before.
class CommitTransaction {
public:
    CommitTransaction(DraftStaging& draft, const CommitRequest& request, const CommitPlan& plan)
        : store_(draft.store()), catalog_(*store_.catalog), draft_(draft), request_(request),
          plan_(plan) {}

    /// Returns the version that was made, or the latest one if it equals the draft.
    VersionRow execute(const ProgressOptions& progress) const {
        WriteTransaction transaction(store_, progress.stop);
        fence_record(transaction);
        check_stop(progress);
        Publication publication(draft_);
        Announcements announcements(store_);
        try {
            transaction.begin();
            VersionRow row = change_store(publication, announcements);
            transaction.commit();
            announcements.settle();
            return row;
        } catch (...) {
            transaction.roll_back();
            publication.undo();
            throw;
        }
    }

private:
    // 3
    void fence_record(WriteTransaction& transaction) const;
    VersionRow change_store(Publication& publication, Announcements& announcements) const;
    void require_latest(const std::optional<VersionRow>& same) const;
    // 4
    void publish(Publication& publication, const std::optional<VersionRow>& same) const;
    void protect_entries(Publication& publication) const;
    void protect_dependency(Publication& publication, const DependencyPlan& plan) const;
    void protect_objects(Publication& publication, const Manifest& manifest) const;
    [[noreturn]] void throw_missing(const Manifest& manifest, const Sha256& object) const;
    bool lives(const VersionRow& row) const;
    // 5
    std::optional<VersionRow> find_same() const;
    bool has_dependencies(const VersionRow& latest) const;
    std::string choose_id() const;
    std::optional<std::string> holder_of(const std::string& id) const;
    VersionRow new_row(std::uint64_t number) const;
    // 6
    HeadRow current_head() const;

    OpenStore& store_;
    Catalog& catalog_;
    DraftStaging& draft_;
    const CommitRequest& request_;
    const CommitPlan& plan_;
};

void CommitTransaction::fence_record(WriteTransaction& transaction) const {
    require_known_records(store_, request_.name);
    const std::uint64_t number = current_head().next_number;
    if (std::filesystem::exists(store_.layout.record(request_.name, number))) {
        transaction.fence();
    }
}

VersionRow CommitTransaction::change_store(Publication& publication,
                                           Announcements& announcements) const {
    require_type(catalog_, request_.name, request_.type);
    const std::optional<VersionRow> same = find_same();
    require_latest(same);
    publish(publication, same);
    const HeadRow old_head = current_head();
    HeadRow head = old_head;
    head.type = request_.type;
    const RecordFolder records(store_, request_.name);
    VersionRow row = same ? *same : new_row(head.next_number);
    if (!same) {
        head.next_number = row.number + 1;
    }
    for (const std::string& alias : request_.aliases) {
        set_alias(head, alias, row.number);
    }
    if (!same || head != old_head) {
        records.create();
        if (!same) {
            announcements.add(store_.layout.record(row.name, row.number), render_record(row));
        }
        announcements.add(store_.layout.head(row.name), render_head(head));
        announcements.flush();
    }
    if (!same) {
        records.write_record(row);
        catalog_.versions.put(row);
    }
    if (!same || head != old_head) {
        records.write_head(head);
        catalog_.versions.put_head(head);
    }
    if (request_.run) {
        record_run(store_, *request_.run, RunRole::made, row, announcements);
    }
    catalog_.stats.put(draft_.stats());
    return row;
}

/// Refuses a lost update: the draft was made from what was the latest version, or from what an
/// alias named, and does not have what was committed since. A base that was named by its number
/// promises nothing.
void CommitTransaction::require_latest(const std::optional<VersionRow>& same) const {
    const OpenVersion* base = request_.base.get();
    if (same || request_.allow_diverged || base == nullptr || !base->latest_when_opened() ||
        base->record().name != request_.name) {
        return;
    }
    const std::vector<std::uint64_t> numbers = catalog_.versions.numbers_of(request_.name);
    const std::uint64_t before = *base->latest_when_opened();
    if (numbers.empty() || numbers.back() == before) {
        return;
    }
    std::string since;
    for (const std::uint64_t number : numbers) {
        if (number > before) {
            since += concat(since.empty() ? "" : ", ", 'v', number);
        }
    }
    throw Error(ErrorCode::Conflict,
                concat("artifact ", quoted(request_.name), ": the draft was made from v",
                       base->record().number, " when v", before, " was the latest version; now v",
                       numbers.back(), " is, and the draft lacks its changes (made meanwhile: ",
                       since.empty() ? "none" : since,
                       "): draft from it, or allow that the versions diverge"));
}

// ---- 4. Objects and manifests into place

void CommitTransaction::publish(Publication& publication,
                                const std::optional<VersionRow>& same) const {
    publication.publish_objects(plan_.summary.loose);
    publication.publish_packs(
        [&](const Sha256& object) { return plan_.summary.staged.contains(object); });
    publication.publish_manifest(plan_.manifest);
    for (const DependencyPlan& plan : plan_.dependencies) {
        // The latest version may have more dependencies than this draft needs. They stay.
        if (!same ||
            std::ranges::find(same->dependencies, plan.source) != same->dependencies.end()) {
            publication.publish_manifest(plan.manifest);
        }
    }
    publication.finish();
    protect_entries(publication);
    for (const DependencyPlan& plan : plan_.dependencies) {
        protect_dependency(publication, plan);
    }
}

bool CommitTransaction::lives(const VersionRow& row) const {
    const auto now = catalog_.versions.find(row.name, row.number);
    return now && now->id == row.id;
}

/// Objects that a live version references have no mark, and objects that the draft staged have just
/// been published or had their marks cleared. Only new objects from elsewhere are left.
void CommitTransaction::protect_entries(Publication& publication) const {
    const CommitBase& base = plan_.base;
    const bool compared_with_nothing = !base.manifest && !request_.base;
    if (compared_with_nothing || (base.manifest && lives(*base.row))) {
        for (const Sha256& object : plan_.summary.new_objects) {
            if (!publication.clear_mark(object)) {
                throw_missing(request_.manifest, object);
            }
        }
        return;
    }
    protect_objects(publication, request_.manifest);
}

void CommitTransaction::protect_objects(Publication& publication, const Manifest& manifest) const {
    ItemMerge items(layers_of(manifest));
    while (const ItemView* item = items.next()) {
        const auto object = item->fields.object_digest();
        if (object && !publication.clear_mark(*object)) {
            throw_missing(manifest, *object);
        }
    }
}

/// A live version that references the same objects protects them already.
void CommitTransaction::protect_dependency(Publication& publication,
                                           const DependencyPlan& plan) const {
    const std::optional<VersionRow>& base = plan_.base.row;
    const bool base_has_it = base && lives(*base) &&
                             std::ranges::find(base->dependencies, plan.source.content,
                                               &Dependency::content) != base->dependencies.end();
    if (base_has_it || catalog_.versions.find_by_id(plan.source.id)) {
        return;
    }
    protect_objects(publication, plan.manifest.manifest);
}

void CommitTransaction::throw_missing(const Manifest& manifest, const Sha256& object) const {
    std::string path;
    for (const Entry& entry : manifest.entries()) {
        if (entry.object == object) {
            path = entry.path.str();
            break;
        }
    }
    throw Error(ErrorCode::NotFound,
                concat("cannot commit ", quoted(request_.name), ": object ", quoted(object.hex()),
                       " of entry ", quoted(path), " is neither in the store nor in the draft"));
}

// ---- 5. The record

/// The latest version, if it equals the draft.
std::optional<VersionRow> CommitTransaction::find_same() const {
    std::optional<VersionRow> latest = catalog_.versions.find_latest(request_.name);
    const bool same =
        latest && latest->content == plan_.summary.manifest.content &&
        latest->type == request_.type && latest->description == request_.description &&
        render_json(latest->metadata) == render_json(request_.metadata) &&
        (request_.id.empty() || request_.id == latest->id) && has_dependencies(*latest);
    return same ? std::move(latest) : std::nullopt;
}

/// Whether the latest version has all dependencies of this draft, each with at least its entries.
bool CommitTransaction::has_dependencies(const VersionRow& latest) const {
    return std::ranges::all_of(plan_.dependencies, [&](const DependencyPlan& plan) {
        const auto known = std::ranges::find(latest.dependencies, plan.source.id, &Dependency::id);
        if (known == latest.dependencies.end()) {
            return false;
        }
        return known->content == plan.source.content ||
               is_part_of(
                   plan.manifest.manifest,
                   store_.segments.open(catalog_, require_manifest(catalog_, known->content)));
    });
}

/// What has the id already; nothing if it is free.
std::optional<std::string> CommitTransaction::holder_of(const std::string& id) const {
    if (const auto version = catalog_.versions.find_by_id(id)) {
        return quoted(version_name(version->name, version->number));
    }
    for (const Sha256& content : catalog_.versions.contents_of(id)) {
        const bool fits =
            content == plan_.summary.manifest.content ||
            is_part_of(store_.segments.open(catalog_, require_manifest(catalog_, content)),
                       request_.manifest);
        if (!fits) {
            return "a dependency of versions, with other content";
        }
    }
    return std::nullopt;
}

std::string CommitTransaction::choose_id() const {
    if (!request_.id.empty()) {
        if (const auto holder = holder_of(request_.id)) {
            throw Error(ErrorCode::AlreadyExists,
                        concat("id ", quoted(render_hex(request_.id)), " is taken by ", *holder));
        }
        return request_.id;
    }
    std::string id = store_.options.draw_id();
    while (holder_of(id)) {
        id = store_.options.draw_id();
    }
    return id;
}

VersionRow CommitTransaction::new_row(std::uint64_t number) const {
    VersionRow row;
    row.name = request_.name;
    row.number = number;
    row.type = request_.type;
    row.id = choose_id();
    row.content = plan_.summary.manifest.content;
    row.digest = plan_.summary.manifest.digest;
    for (const DependencyPlan& plan : plan_.dependencies) {
        row.dependencies.push_back(plan.source);
    }
    row.metadata = request_.metadata;
    row.description = request_.description;
    row.dialect = request_.dialect;
    row.created_at = store_.options.now();
    if (request_.run) {
        row.run = request_.run->id;
    }
    if (request_.base) {
        row.base.emplace(request_.base->record().name, request_.base->record().number);
    }
    return row;
}

// ---- 6. The head

HeadRow CommitTransaction::current_head() const {
    return catalog_.versions.find_head(request_.name)
        .value_or(HeadRow{request_.name, request_.type, 0, {}});
}

/// Says that a version was made from one that was not the latest.
void warn_of_older_base(const OpenStore& store, const CommitRequest& request,
                        const VersionRow& row) {
    const OpenVersion* base = request.base.get();
    if (base == nullptr || base->record().name != row.name || row.number <= base->record().number) {
        return;
    }
    std::vector<std::uint64_t> numbers = store.reads->versions.numbers_of(row.name);
    std::erase_if(numbers, [&](std::uint64_t number) { return number >= row.number; });
    if (!numbers.empty() && numbers.back() > base->record().number) {
        store.warn(concat(quoted(version_name(row.name, row.number)), " is made from v",
                          base->record().number, "; the latest version was v", numbers.back()));
    }
}

} // namespace

std::shared_ptr<const OpenVersion> commit_draft(DraftStaging& draft, const CommitRequest& request,
                                                const ProgressOptions& progress) {
    check_request(request);
    report_progress(progress, {"committing", 0, request.manifest.size(), 0});
    draft.seal();
    const CommitPlan plan = plan_commit(draft, request);
    report_progress(progress, {"flushing", 0, 0, 0});
    if (draft.store().durable()) {
        flush_staged(draft, plan);
    }
    VersionRow row = CommitTransaction(draft, request, plan).execute(progress);
    warn_of_older_base(draft.store(), request, row);
    // The draft's lease is older than the version, so it protects what is returned.
    const std::shared_ptr<OpenStore> store = draft.shared_store();
    std::shared_ptr<const Lease> lease = draft.lease();
    draft.finish();
    std::vector<std::string> aliases = aliases_of(*store->reads, row.name, row.number);
    return std::make_shared<OpenVersion>(store, std::move(lease), std::move(row),
                                         std::move(aliases));
}

} // namespace vitrine
