// SPDX-License-Identifier: MIT
//
// How a store gets a new catalogue, and why in this order. After a crash, an error or a full disk
// at any point before step 7, the old catalogue is still in use. After a crash during step 7 there
// is no catalogue, and the next repair finishes the work. All that repair writes and moves before
// step 7 agrees with the old catalogue as well.
//
//  1. Take the exclusive lock on vitrine.json, of which every process that has the store open has a
//     shared one. No such process is alive then, so remove leases, staging folders and temporary
//     files.
//  2. Read what the old catalogue still says, if it is sound and belongs to this store.
//  3. Read and compare every object, and add its row to a new catalogue beside the old one: packs
//     by their indexes, loose objects by their names. Damaged objects get a row that says so.
//  4. Read all records and heads; find and walk the manifest of each content that they need.
//     Restore lost manifests, segments and objects from the folders of --from, and from packs
//     without an index if the old catalogue has the locations of their objects.
//  5. Write the rows of versions, heads and runs, and the files of those that were only in the old
//     catalogue. Move files that cannot be used below lost/; nothing is deleted.
//  6. Set the epoch of the new catalogue, greater than the old one's, and the stamp that it is
//     complete; close it, and flush it.
//  7. Rename the old catalogue away; remove its -wal and -shm files, which must never be used with
//     another database; rename the new one into place. Each of these is durable before the next.
//  8. Remove the old catalogue, or leave it below lost/ if it could not be read. Move packs without
//     an index below lost/ too, now that no row refers to them. Write vitrine.json again if it was
//     damaged.
#include "engine/repair/repair.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "engine/repair/lost_settings.hpp"
#include "engine/repair/old_catalog.hpp"
#include "engine/repair/rebuild.hpp"
#include "engine/repair/recovery.hpp"
#include "engine/repair/recovery_sources.hpp"
#include "engine/repair/repair_manifests.hpp"
#include "engine/repair/repair_objects.hpp"
#include "engine/repair/repair_records.hpp"
#include "engine/store/create.hpp"
#include "engine/store/file_lock.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/store_files.hpp"
#include "engine/store/store_settings.hpp"
#include "engine/store/version_reference.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

fs::path with_suffix(fs::path path, std::string_view suffix) {
    path += suffix;
    return path;
}

FileLock take_store(const StoreLayout& layout) {
    auto lock = FileLock::try_take(layout.settings(), FileLock::Mode::Exclusive);
    if (!lock) {
        throw Error(ErrorCode::Locked, concat("store ", quoted(layout.root.native()),
                                              " is open elsewhere: repair needs it alone"));
    }
    return std::move(*lock);
}

class Repair {
public:
    Repair(const StoreLayout& layout, const RepairOptions& options, const EngineOptions& engine)
        : options_(options), found_(find_settings(layout)),
          rebuild_(make_rebuild(layout, options, engine, found_.settings)),
          lock_(take_store(layout)) {}
    Repair(const Repair&) = delete;
    Repair& operator=(const Repair&) = delete;

    RepairReport repair() {
        prepare();
        OldCatalog old(rebuild_.layout, rebuild_.settings.store_id);
        if (old.problem()) {
            rebuild_.note(concat("not used: ", *old.problem()));
        }
        ObjectScan scan(rebuild_);
        try {
            build(old, scan);
            old.close();
            switch_catalogs(old);
        } catch (Error& error) {
            drop_new_catalog(error);
            throw;
        }
        set_packs_aside(scan);
        remove_temporary();
        write_settings();
        return std::move(rebuild_.report);
    }

private:
    static Rebuild make_rebuild(const StoreLayout& layout, const RepairOptions& options,
                                const EngineOptions& engine, const StoreSettings& settings);

    // 1
    void prepare();
    void finish_last_switch();
    void remove_catalog(const fs::path& catalog);
    void sweep();
    // 3 to 6
    void build(OldCatalog& old, ObjectScan& scan);
    void find_sources(OldCatalog& old, const ObjectScan& scan);
    void report_damages(const ObjectScan& scan, const ManifestSearch& manifests);
    void complete(const OldCatalog& old);
    // 7 and 8
    void switch_catalogs(const OldCatalog& old);
    void put_new_in_place();
    void rename_durably(const fs::path& from, const fs::path& to);
    void set_packs_aside(const ObjectScan& scan);
    void remove_temporary();
    void write_settings();
    void drop_new_catalog(Error& error);

    const StoreLayout& layout() const { return rebuild_.layout; }
    FileSystem& files() { return *rebuild_.files; }

    const RepairOptions& options_;
    FoundSettings found_;
    Rebuild rebuild_;
    FileLock lock_;
    RecoverySources sources_;
};

Rebuild Repair::make_rebuild(const StoreLayout& layout, const RepairOptions& options,
                             const EngineOptions& engine, const StoreSettings& settings) {
    const auto files = engine.files ? engine.files : std::make_shared<LinklessFileSystem>();
    return {
        layout, settings, files, options.progress, ObjectStore(layout.objects(), files), nullptr,
        {},     {},       {}};
}

// ---- 1. Files of dead processes

void Repair::prepare() {
    for (const fs::path& folder : options_.from) {
        if (!fs::is_directory(folder)) {
            throw Error(ErrorCode::NotFound, concat("no folder ", quoted(folder.native())));
        }
    }
    create_store_folders(layout(), files());
    finish_last_switch();
    sweep();
}

/// If a repair was interrupted between the renames, it left a complete catalogue under another
/// name.
void Repair::finish_last_switch() {
    if (fs::exists(layout().catalog()) || !fs::exists(layout().new_catalog())) {
        return;
    }
    const Problem problem = problem_of(
        [&] { Catalog::open(layout().new_catalog(), rebuild_.settings.store_id, false); });
    if (!problem) {
        put_new_in_place();
    }
}

void Repair::sweep() {
    for (const fs::path& folder : {layout().staging(), layout().leases()}) {
        for (const fs::path& path : list_folder(folder)) {
            files().remove_all(path);
        }
    }
    for (const fs::path& path : list_folder(layout().root)) {
        if (is_temporary(path)) {
            files().remove(path);
        }
    }
    for (const fs::path& catalog : {layout().new_catalog(), layout().old_catalog()}) {
        remove_catalog(catalog);
    }
}

// ---- 3 to 6. The new catalogue

void Repair::build(OldCatalog& old, ObjectScan& scan) {
    rebuild_.catalog = Catalog::create(layout().new_catalog(), rebuild_.settings.store_id);
    scan.scan();
    RecordSearch records(rebuild_, old);
    records.read();
    find_sources(old, scan);
    Recovery recovery(rebuild_, sources_);
    ManifestSearch manifests(rebuild_, old, sources_, recovery);
    manifests.restore(records.contents());
    recovery.finish();
    records.write(manifests);
    repair_runs(rebuild_, old);
    report_damages(scan, manifests);
    complete(old);
}

void Repair::find_sources(OldCatalog& old, const ObjectScan& scan) {
    std::map<Sha256, fs::path> broken;
    std::set<Sha256> names;
    for (const BrokenPack& pack : scan.broken_packs()) {
        broken.emplace(pack.name, pack.path);
        names.insert(pack.name);
        for (const PackedObject& item : pack.items) {
            sources_.add_part(item.sha256, pack.path, item.offset, item.size);
        }
    }
    old.for_each_object_in(names, [&](const ObjectRow& row) {
        if (!rebuild_.whole.contains(row.sha256)) {
            sources_.add_part(row.sha256, broken.at(row.file.name), row.offset, row.size);
        }
    });
    for (const fs::path& folder : options_.from) {
        sources_.add_folder(fs::canonical(folder), rebuild_.whole, rebuild_.progress,
                            rebuild_.report.notes);
    }
    sources_.seal();
}

/// Reports the entries and versions whose objects are damaged or missing.
void Repair::report_damages(const ObjectScan& scan, const ManifestSearch& manifests) {
    DamageReport damages;
    const auto add_content = [&](const std::string& version, const Sha256& content,
                                 const std::string& label) {
        for (const DamagedEntry& entry : manifests.damaged_entries(content)) {
            const auto problem = scan.problems().find(entry.object);
            damages.add(entry.object,
                        problem == scan.problems().end() ? kMissing : problem->second);
            damages.add_entry(entry.object, version, concat(label, '/', entry.path));
        }
    };
    rebuild_.catalog->versions.for_each([&](const VersionRow& row) {
        const std::string version = version_name(row.name, row.number);
        add_content(version, row.content, version);
        for (const Dependency& dependency : row.dependencies) {
            add_content(version, dependency.content, dependency.name);
        }
    });
    rebuild_.report.damages = damages.finish();
}

void Repair::complete(const OldCatalog& old) {
    {
        Catalog::WriteTransaction transaction(*rebuild_.catalog, rebuild_.durable());
        rebuild_.catalog->set_epoch(std::max(old.epoch(), rebuild_.catalog->epoch()) + 1);
        rebuild_.catalog->set_complete();
        transaction.commit();
    }
    rebuild_.catalog.reset();
    std::error_code error;
    const auto pending = fs::file_size(with_suffix(layout().new_catalog(), "-wal"), error);
    if (!error && pending > 0) {
        throw IoError("close", layout().new_catalog(),
                      std::make_error_code(std::errc::no_space_on_device));
    }
    if (rebuild_.durable()) {
        files().sync_file(open_linkless(layout().new_catalog()), layout().new_catalog());
        files().sync_directory(layout().root);
    }
}

void Repair::remove_catalog(const fs::path& catalog) {
    files().remove(catalog);
    // SQLite would use a remaining journal with the next database of this name.
    for (const std::string_view companion : kCatalogCompanions) {
        files().remove(with_suffix(catalog, companion));
    }
}

// ---- 7 and 8. Replacing the old catalogue

void Repair::rename_durably(const fs::path& from, const fs::path& to) {
    files().rename(from, to);
    rebuild_.flush_folders({layout().root});
}

void Repair::put_new_in_place() {
    for (const std::string_view companion : kCatalogCompanions) {
        files().remove(with_suffix(layout().catalog(), companion));
    }
    rebuild_.flush_folders({layout().root});
    rename_durably(layout().new_catalog(), layout().catalog());
}

void Repair::switch_catalogs(const OldCatalog& old) {
    check_stop(rebuild_.progress);
    if (old.is_missing()) {
        put_new_in_place();
    } else if (old.problem()) {
        rebuild_.note(concat("the old catalogue is now in ",
                             quoted(rebuild_.move_to_lost(layout().catalog()))));
        put_new_in_place();
    } else {
        rename_durably(layout().catalog(), layout().old_catalog());
        put_new_in_place();
        rebuild_.remove(layout().old_catalog());
    }
}

/// Their readable objects were copied, and no row refers to these packs any more.
void Repair::set_packs_aside(const ObjectScan& scan) {
    for (const BrokenPack& pack : scan.broken_packs()) {
        rebuild_.note(concat("pack ", pack.name.hex(), " is not used: ", pack.problem,
                             " (it is now in ", quoted(rebuild_.move_to_lost(pack.path)), ")"));
    }
}

void Repair::remove_temporary() {
    std::set<fs::path> changed;
    for (const fs::path& path : rebuild_.temporary) {
        files().remove(path);
        changed.insert(path.parent_path());
    }
    rebuild_.flush_folders(changed);
}

/// Comes last: the lock of this repair is on the file that is replaced here.
void Repair::write_settings() {
    if (found_.problem) {
        write_file_atomically(files(), layout().settings(), render_settings(found_.settings),
                              rebuild_.durable());
        rebuild_.note(concat("vitrine.json was damaged: ", *found_.problem, "; written again"));
    }
}

/// After a failed repair, removes the new catalogue, unless the old one was renamed away already:
/// then the new one is needed.
void Repair::drop_new_catalog(Error& error) {
    rebuild_.catalog.reset();
    if (!fs::exists(layout().catalog())) {
        return;
    }
    try {
        remove_catalog(layout().new_catalog());
    } catch (const Error& second) {
        error.add_context(concat("an incomplete catalogue was left (", second.what(), ")"));
    }
}

} // namespace

RepairReport repair_store(const StoreLayout& layout, const RepairOptions& options,
                          const EngineOptions& engine) {
    return Repair(layout, options, engine).repair();
}

} // namespace vitrine
