// SPDX-License-Identifier: MIT
//
// How a draft becomes a version, and why in this order. A crash at any point leaves the store as
// it was before the commit or as it is after it, and at most files that no row speaks of, which gc
// sweeps.
//
//  1. While the draft is filled, its objects go to its staging folder, small ones into packs. Here
//     the packs get their index (a few small objects become files of their own instead), and the
//     manifests follow: the kept sources are found out, and the runs and files of all manifests
//     that are not present are staged too. All of that happens without a lock, beside other
//     writers.
//  2. Flush what is staged, with one flush for all of it: from here on a rename is all that an
//     object needs to be durable.
//  3. Take the write lock, then begin the transaction. If the record's place is taken by what a
//     crash left, a change of our own is committed first: until then the transaction of a process
//     that died while it committed could come back to life, and with it that record.
//  4. Ask again what is present, since others have committed meanwhile. What is, stays in staging
//     and goes with it; what is not is renamed into place, over whatever is there (a leftover, or
//     damage that is healed so), and gets its row. Then flush the folders: a row is committed only
//     after its file is durable. Clear the marks of all that the version reaches, so that no gc
//     that has found it unreached before takes it; if something is not there, fail.
//  5. Unless the draft is what the latest version is: draw the number and the id, write and flush
//     the record. It comes before the commit, so that every version of the catalogue has one.
//  6. Write and flush the head, if it changes, and the record of the run that makes the version.
//  7. COMMIT. Now, and not before, the version exists. Then the staging folder goes, and the files
//     that were to be moved.
//
// If a step before 7 fails, the transaction is rolled back and the objects are put back into the
// draft's folder, so that the draft can be tried again; what lies in place by then is a leftover.
#include "engine/commit/commit.hpp"

#include <vitrine/core/error.hpp>

#include "core/artifact_name.hpp"
#include "core/digest_hash.hpp"
#include "core/text.hpp"
#include "engine/commit/publication.hpp"
#include "engine/records/record_folder.hpp"
#include "engine/records/run_records.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/version_reference.hpp"
#include "engine/store/write_lock.hpp"
#include "manifest/segment_file.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kMaxIdBytes = 64;
/// Up to so many files are flushed one by one, more by one flush of the file system.
constexpr std::size_t kManyFiles = 16;

class Commit {
public:
    Commit(OpenStore& store, StagedDraft& draft, const CommitRequest& request,
           const ProgressOptions& progress)
        : store_(store), catalog_(*store.catalog), draft_(draft), request_(request),
          progress_(progress), references_(request) {}

    CommittedVersion run(const OpenById& open_by_id) {
        check_request();
        report_progress(progress_, {"committing", 0, request_.manifest.size(), 0});
        draft_.seal();
        find_base();
        survey();
        kept_ = plan_dependencies(store_, draft_, request_, std::move(references_), open_by_id);
        own_ = plan_manifest(store_, draft_, request_.manifest, summary_, base_manifest_,
                             std::move(difference_));
        flush();
        publish();
        draft_.finish();
        return {row_, aliases_of(*store_.reads, row_.name, row_.number)};
    }

private:
    // 1
    void check_request() const;
    void find_base();
    void survey();
    Manifest compared_with() const;
    // 2
    void flush() const;
    // 3
    void publish();
    void resolve_untracked(WriteTransaction& turn) const;
    void change_store(WriteTransaction& turn, Publication& placement);
    // 4
    void place(Publication& placement, bool same);
    void keep_own_entries(Publication& placement) const;
    void keep_dependency(Publication& placement, const DependencyPlan& plan) const;
    void keep_objects(Publication& placement, const Manifest& manifest) const;
    [[noreturn]] void throw_missing(const Manifest& manifest, const Sha256& object) const;
    bool lives(const VersionRow& row) const;
    // 5
    bool is_same(const std::optional<VersionRow>& latest) const;
    bool keeps_all(const VersionRow& latest) const;
    std::string choose_id() const;
    std::optional<std::string> taken_by(const std::string& id) const;
    VersionRow new_row(std::uint64_t number) const;
    // 6
    HeadRow current_head() const;
    void set_aliases(HeadRow& head, std::uint64_t number) const;

    OpenStore& store_;
    Catalog& catalog_;
    StagedDraft& draft_;
    const CommitRequest& request_;
    const ProgressOptions& progress_;

    std::optional<VersionRow> base_row_; ///< what the new manifest is a difference to
    std::optional<BaseManifest> base_manifest_;
    ManifestSummary summary_;
    std::unordered_set<Sha256, Sha256Hash> staged_; ///< objects of entries, in the draft's folder
    std::vector<Sha256> loose_;                     ///< those in files of their own
    std::vector<Sha256> new_objects_; ///< of entries that the base does not have, not staged
    NewReferences references_;
    std::optional<StagedSegment> difference_; ///< to the base, or to nothing
    ManifestPlan own_;
    std::vector<DependencyPlan> kept_; ///< by id
    VersionRow row_;                   ///< the version that is made, or that it is the same as
};

// ---- 1. What the version needs

void Commit::check_request() const {
    check_artifact_name(request_.name);
    if (request_.type.empty() || !is_utf8(request_.type)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("not an artifact's type: ", quoted(request_.type)));
    }
    if (request_.id.size() > kMaxIdBytes) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("an id has 1 to 64 bytes, got ", request_.id.size()));
    }
    if (!request_.metadata.is_object()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("metadata: expected an object, got ", request_.metadata.type_name()));
    }
    if (!is_utf8(request_.description)) {
        throw Error(ErrorCode::InvalidArgument, "the description is not UTF-8");
    }
    for (const std::string& alias : request_.aliases) {
        require_alias(alias);
    }
    if (request_.run) {
        require_run_id(request_.run->id);
    }
}

/// The version that the draft was made from, else the latest of its name. It needs no lease but
/// the draft's, which is older than this look.
void Commit::find_base() {
    if (request_.base) {
        base_row_ = request_.base->record();
    } else {
        base_row_ = store_.reads->versions.find_latest(request_.name);
    }
    if (base_row_) {
        base_manifest_ = find_present_manifest(store_, base_row_->content, draft_.epoch());
    }
}

/// What the draft's entries are walked beside.
Manifest Commit::compared_with() const {
    if (base_manifest_) {
        return base_manifest_->manifest;
    }
    return request_.base ? request_.base->manifest() : Manifest();
}

/// One walk of all entries and of the base, for all that is asked of them: the digests, what is
/// staged, which references are new; and where something differs, the run of the new manifest, and
/// the objects that neither the base nor the draft has. It reads none of the entries' bytes.
void Commit::survey() {
    ManifestSummarizer summarizer;
    SegmentStaging difference(store_, draft_);
    PairWalk pairs(compared_with(), request_.manifest, PairWalk::Paths::all);
    while (const ItemPair* pair = pairs.next()) {
        references_.add(*pair);
        const auto object = pair->after == nullptr ? std::nullopt : pair->after->object_digest();
        if (pair->after != nullptr) {
            summarizer.add(pair->path, *pair->after);
        }
        const auto staged = object ? draft_.objects().find(*object) : std::nullopt;
        if (staged && staged_.insert(*object).second && !staged->packed) {
            loose_.push_back(*object);
        }
        if (pair->differs()) {
            add_difference(difference, *pair);
            if (object && !staged_.contains(*object)) {
                new_objects_.push_back(*object);
            }
        }
    }
    summary_ = summarizer.finish(request_.manifest.size());
    StagedSegment run = difference.finish();
    if (base_manifest_ || !request_.base) {
        difference_ = std::move(run);
    } else {
        store_.files().remove(run.file.path); // that base cannot be built upon any more
    }
}

// ---- 2. Durable before anything refers to it

void Commit::flush() const {
    report_progress(progress_, {"flushing", 0, 0, 0});
    if (!store_.durable()) {
        return;
    }
    std::vector<std::filesystem::path> files;
    const auto add = [&](const ManifestPlan& plan) {
        for (const auto& file : {plan.segment, plan.file}) {
            if (file) {
                files.push_back(file->path);
            }
        }
    };
    add(own_);
    for (const DependencyPlan& plan : kept_) {
        add(plan.manifest);
    }
    for (const StagedPacks::Pack& pack : draft_.packs()) {
        if (std::filesystem::exists(pack.path)) {
            files.push_back(pack.path);
        }
    }
    if (files.size() + loose_.size() > kManyFiles) {
        store_.flush_file_system();
        return;
    }
    for (const Sha256& object : loose_) {
        // An attempt that failed may have left it in place, where it was flushed before.
        if (const auto path = draft_.staged_path(object); std::filesystem::exists(path)) {
            files.push_back(path);
        }
    }
    for (const auto& file : files) {
        store_.flush_file(file);
    }
}

// ---- 3. The transaction

void Commit::publish() {
    WriteTransaction turn(store_, progress_.stop);
    resolve_untracked(turn);
    check_stop(progress_);
    Publication placement(store_, draft_);
    try {
        turn.begin();
        change_store(turn, placement);
    } catch (...) {
        turn.roll_back();
        placement.restore();
        throw;
    }
}

void Commit::resolve_untracked(WriteTransaction& turn) const {
    const std::uint64_t number = current_head().next_number;
    if (std::filesystem::exists(store_.layout.record(request_.name, number))) {
        turn.fence();
    }
}

void Commit::change_store(WriteTransaction& turn, Publication& placement) {
    require_type(catalog_, request_.name, request_.type);
    const std::optional<VersionRow> latest = catalog_.versions.find_latest(request_.name);
    const bool same = is_same(latest);
    if (same) {
        row_ = *latest;
    }
    place(placement, same);
    HeadRow head = current_head();
    const HeadRow old_head = head;
    head.type = request_.type;
    const RecordFolder records(store_, request_.name);
    if (!same) {
        row_ = new_row(head.next_number);
        head.next_number = row_.number + 1;
        records.write_record(row_);
    }
    set_aliases(head, row_.number);
    if (!same || head != old_head) {
        records.write_head(head);
        catalog_.versions.put_head(head);
    }
    if (!same) {
        catalog_.versions.put(row_);
    }
    if (request_.run) {
        note_run(store_, *request_.run, RunRole::made, row_);
    }
    catalog_.stats.put(draft_.stats());
    turn.commit();
}

// ---- 4. Objects and manifests into place

void Commit::place(Publication& placement, bool same) {
    placement.publish_objects(loose_);
    placement.publish_packs([&](const Sha256& object) { return staged_.contains(object); });
    placement.publish_manifest(own_);
    for (const DependencyPlan& plan : kept_) {
        // The same version as the latest may keep more than this draft needs; that stays.
        const auto named = [&](const Dependency& kept) { return kept == plan.source; };
        if (!same || std::any_of(row_.dependencies.begin(), row_.dependencies.end(), named)) {
            placement.publish_manifest(plan.manifest);
        }
    }
    placement.finish();
    keep_own_entries(placement);
    for (const DependencyPlan& plan : kept_) {
        keep_dependency(placement, plan);
    }
}

bool Commit::lives(const VersionRow& row) const {
    const auto now = catalog_.versions.find(row.name, row.number);
    return now && now->id == row.id;
}

/// What a living version reaches bears no mark, and what lay in the draft has just been placed or
/// kept, so that only what is new and comes from elsewhere needs a look.
void Commit::keep_own_entries(Publication& placement) const {
    const bool compared_with_nothing = !base_manifest_ && !request_.base;
    if (compared_with_nothing || (base_manifest_ && lives(*base_row_))) {
        for (const Sha256& object : new_objects_) {
            if (!placement.keep_object(object)) {
                throw_missing(request_.manifest, object);
            }
        }
        return;
    }
    keep_objects(placement, request_.manifest);
}

void Commit::keep_objects(Publication& placement, const Manifest& manifest) const {
    ItemMerge items(layers_of(manifest));
    while (const ItemView* item = items.next()) {
        const auto object = item->fields.object_digest();
        if (object && !placement.keep_object(*object)) {
            throw_missing(manifest, *object);
        }
    }
}

void Commit::keep_dependency(Publication& placement, const DependencyPlan& plan) const {
    const auto same_as = [&](const Dependency& kept) {
        return kept.content == plan.source.content;
    };
    const bool of_base =
        base_row_ && lives(*base_row_) &&
        std::any_of(base_row_->dependencies.begin(), base_row_->dependencies.end(), same_as);
    if (of_base || catalog_.versions.find_by_id(plan.source.id)) {
        return;
    }
    keep_objects(placement, plan.manifest.manifest);
}

void Commit::throw_missing(const Manifest& manifest, const Sha256& object) const {
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

bool Commit::is_same(const std::optional<VersionRow>& latest) const {
    return latest && latest->content == summary_.content && latest->type == request_.type &&
           latest->description == request_.description &&
           render_json(latest->metadata) == render_json(request_.metadata) &&
           (request_.id.empty() || request_.id == latest->id) && keeps_all(*latest);
}

/// Whether the latest version keeps of every source at least what this draft keeps.
bool Commit::keeps_all(const VersionRow& latest) const {
    return std::all_of(kept_.begin(), kept_.end(), [&](const DependencyPlan& plan) {
        const auto kept =
            std::find_if(latest.dependencies.begin(), latest.dependencies.end(),
                         [&](const Dependency& source) { return source.id == plan.source.id; });
        if (kept == latest.dependencies.end()) {
            return false;
        }
        return kept->content == plan.source.content ||
               is_part_of(
                   plan.manifest.manifest,
                   store_.segments.open(catalog_, require_manifest(catalog_, kept->content)));
    });
}

/// Who has the id; nothing if it is free.
std::optional<std::string> Commit::taken_by(const std::string& id) const {
    if (const auto version = catalog_.versions.find_by_id(id)) {
        return quoted(version_name(version->name, version->number));
    }
    for (const Sha256& content : catalog_.versions.contents_of(id)) {
        const bool fits =
            content == summary_.content ||
            is_part_of(store_.segments.open(catalog_, require_manifest(catalog_, content)),
                       request_.manifest);
        if (!fits) {
            return "a source that versions keep, with other content";
        }
    }
    return std::nullopt;
}

std::string Commit::choose_id() const {
    if (!request_.id.empty()) {
        if (const auto holder = taken_by(request_.id)) {
            throw Error(ErrorCode::AlreadyExists,
                        concat("id ", quoted(render_hex(request_.id)), " is taken by ", *holder));
        }
        return request_.id;
    }
    std::string id = store_.options.draw_id();
    while (taken_by(id)) {
        id = store_.options.draw_id();
    }
    return id;
}

VersionRow Commit::new_row(std::uint64_t number) const {
    VersionRow row;
    row.name = request_.name;
    row.number = number;
    row.type = request_.type;
    row.id = choose_id();
    row.content = summary_.content;
    row.digest = summary_.digest;
    for (const DependencyPlan& plan : kept_) {
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

HeadRow Commit::current_head() const {
    return catalog_.versions.find_head(request_.name)
        .value_or(HeadRow{request_.name, request_.type, 0, {}});
}

void Commit::set_aliases(HeadRow& head, std::uint64_t number) const {
    for (const std::string& alias : request_.aliases) {
        set_alias(head, alias, number);
    }
}

} // namespace

CommittedVersion commit_draft(OpenStore& store, StagedDraft& draft, const CommitRequest& request,
                              const OpenById& open_by_id, const ProgressOptions& progress) {
    return Commit(store, draft, request, progress).run(open_by_id);
}

} // namespace vitrine
