// SPDX-License-Identifier: MIT
#include "engine/verify.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/progress.hpp"
#include "engine/reached.hpp"
#include "engine/version_reference.hpp"
#include "engine/write_lock.hpp"
#include "manifest/run_file.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

constexpr std::string_view kMissing = "missing";

/// What is wrong with some bytes; nothing if they are what they should be.
using Problem = std::optional<std::string>;

/// Runs a check that throws, and gives what it found in a report's words.
template <class Check>
Problem problem_of(const Check& check) {
    try {
        check();
        return std::nullopt;
    } catch (const DigestMismatch& error) {
        return concat("expected ", error.expected(), ", got ", error.actual());
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Cancelled) {
            throw;
        }
        return error.what();
    }
}

Problem check_object(OpenStore& store, const std::optional<ObjectRow>& row) {
    if (!row) {
        return std::string(kMissing);
    }
    const auto path = store.objects.file_of(place_of(*row));
    if (path && !std::filesystem::exists(*path)) {
        return std::string(kMissing);
    }
    return problem_of([&] { store.objects.check(place_of(*row)); });
}

Problem check_manifest_file(const StoreLayout& layout, const ManifestRow& row) {
    const auto bytes = try_read_file(layout.manifest(row.content, row.file.name));
    if (!bytes) {
        return std::string(kMissing);
    }
    const Sha256 actual = sha256_of(*bytes);
    if (actual != row.file.name) {
        return concat("expected ", row.file.name.hex(), ", got ", actual.hex());
    }
    return problem_of([&] {
        std::vector<Sha256> runs;
        for (const ManifestFile::Run& run : ManifestFile::parse(*bytes).runs) {
            runs.push_back(run.object);
        }
        if (runs != row.runs) {
            throw Error(ErrorCode::Corruption, "its runs are not those of the catalogue");
        }
    });
}

class Verification {
public:
    Verification(OpenStore& store, const ProgressOptions& progress)
        : store_(store), progress_(progress), lease_(store.leases.take()),
          catalog_(store.second_catalog()), view_(*catalog_) {}

    VerifyReport run() {
        read_versions();
        check_manifests();
        check_objects();
        name_what_is_damaged();
        if (!store_.options.read_only) {
            remember();
        }
        return std::move(report_);
    }

private:
    struct Item {
        Sha256 object;
        std::optional<ObjectRow> row;
        Problem problem;
    };

    void read_versions();
    void check_manifests();
    void check_content(const Sha256& content);
    void walk_content(const Sha256& content, const ManifestRow& row);
    void check_objects();
    void check_all(std::vector<Item>& items, std::string_view activity);
    void note(const Sha256& object, const Problem& problem);
    void name_what_is_damaged();
    void name_entries(const VersionRow& version, const Sha256& content, const std::string& label);
    void remember();

    OpenStore& store_;
    const ProgressOptions& progress_;
    std::shared_ptr<const Lease> lease_;
    std::unique_ptr<Catalog> catalog_;
    Catalog::ReadTransaction view_;

    std::vector<VersionRow> versions_;
    std::set<Sha256> contents_;
    std::set<Sha256> unreadable_; ///< contents whose entries cannot be walked
    std::map<Sha256, std::set<Sha256>> contents_by_file_; ///< of runs and manifest files
    std::set<Sha256> objects_;
    std::map<Sha256, Damage> damages_;
    std::map<Sha256, std::set<std::string>> damaged_versions_;
    std::vector<Sha256> healed_; ///< marked as damaged, and whole
    VerifyReport report_;
};

void Verification::read_versions() {
    catalog_->for_each_version([&](const VersionRow& row) {
        versions_.push_back(row);
        for (const Sha256& content : contents_of(row)) {
            contents_.insert(content);
        }
    });
}

void Verification::note(const Sha256& object, const Problem& problem) {
    if (problem) {
        damages_[object] = {object.hex(), *problem, {}, {}};
    }
}

// ---- Manifests and runs

void Verification::check_manifests() {
    std::set<Sha256> runs;
    for (const Sha256& content : contents_) {
        check_stop(progress_);
        if (const auto row = catalog_->find_manifest(content)) {
            for (const Sha256& run : row->runs) {
                contents_by_file_[run].insert(content);
                runs.insert(run);
            }
        }
    }
    std::vector<Item> items;
    for (const Sha256& run : runs) {
        items.push_back({run, catalog_->find_object(run), std::nullopt});
    }
    check_all(items, "verifying manifests");
    for (const Sha256& content : contents_) {
        check_content(content);
    }
}

void Verification::check_content(const Sha256& content) {
    const auto row = catalog_->find_manifest(content);
    if (!row) {
        contents_by_file_[content].insert(content);
        note(content, std::string(kMissing));
        unreadable_.insert(content);
        return;
    }
    ++report_.objects;
    report_.bytes += row->file.size;
    contents_by_file_[row->file.name].insert(content);
    note(row->file.name, check_manifest_file(store_.layout, *row));
    const bool readable = std::none_of(row->runs.begin(), row->runs.end(),
                                       [&](const Sha256& run) { return damages_.contains(run); });
    if (readable) {
        walk_content(content, *row);
    } else {
        unreadable_.insert(content);
    }
}

void Verification::walk_content(const Sha256& content, const ManifestRow& row) {
    const Problem problem = problem_of([&] {
        const Manifest manifest = store_.runs.open(*catalog_, row);
        for (const Entry& entry : manifest.entries()) {
            if (entry.object) {
                objects_.insert(*entry.object);
            }
        }
    });
    if (problem) {
        // All runs are what their names say, and still do not make up a manifest.
        note(row.file.name, problem);
        unreadable_.insert(content);
    }
}

// ---- Objects

void Verification::check_all(std::vector<Item>& items, std::string_view activity) {
    std::mutex mutex;
    std::uint64_t done = 0;
    tbb::parallel_for(std::size_t{0}, items.size(), [&](std::size_t i) {
        check_stop(progress_);
        Item& item = items[i];
        item.problem = check_object(store_, item.row);
        const std::lock_guard lock(mutex);
        ++report_.objects;
        report_.bytes += item.row ? item.row->size : 0;
        report_progress(progress_, {activity, ++done, items.size(), report_.bytes});
    });
    for (const Item& item : items) {
        note(item.object, item.problem);
        if (item.row && item.row->damaged && !item.problem) {
            healed_.push_back(item.object);
        }
    }
}

void Verification::check_objects() {
    std::vector<Item> items;
    items.reserve(objects_.size());
    for (const Sha256& object : objects_) {
        items.push_back({object, catalog_->find_object(object), std::nullopt});
    }
    objects_.clear();
    check_all(items, "verifying");
}

// ---- Whom it hurts

void Verification::name_entries(const VersionRow& version, const Sha256& content,
                                const std::string& label) {
    const std::string name = version_name(version.name, version.number);
    for (const auto& [file, contents] : contents_by_file_) {
        if (contents.contains(content) && damages_.contains(file)) {
            damaged_versions_[file].insert(name);
        }
    }
    if (unreadable_.contains(content)) {
        return;
    }
    const Manifest manifest = store_.runs.open(*catalog_, require_manifest(*catalog_, content));
    for (const Entry& entry : manifest.entries()) {
        const auto damage = entry.object ? damages_.find(*entry.object) : damages_.end();
        if (damage != damages_.end()) {
            damage->second.entries.push_back(concat(label, '/', entry.path.str()));
            damaged_versions_[damage->first].insert(name);
        }
    }
}

void Verification::name_what_is_damaged() {
    if (damages_.empty()) {
        return;
    }
    for (const VersionRow& version : versions_) {
        name_entries(version, version.content, version_name(version.name, version.number));
        for (const KeptSource& kept : version.kept) {
            name_entries(version, kept.content, kept.name);
        }
    }
    for (auto& [object, damage] : damages_) {
        std::sort(damage.entries.begin(), damage.entries.end());
        const auto end = std::unique(damage.entries.begin(), damage.entries.end());
        damage.entries.erase(end, damage.entries.end());
        const auto& versions = damaged_versions_[object];
        damage.versions.assign(versions.begin(), versions.end());
        report_.damages.push_back(damage);
    }
}

// ---- What the catalogue should know

void Verification::remember() {
    if (damages_.empty() && healed_.empty()) {
        return;
    }
    Catalog& catalog = *store_.catalog;
    WriteTurn turn(store_);
    turn.begin();
    for (const auto& [object, damage] : damages_) {
        // Somebody may have healed it since it was read.
        const auto row = catalog.find_object(object);
        const bool is_object = row && check_object(store_, row);
        if (is_object || catalog.find_file(FileKind::manifest, object)) {
            catalog.set_damaged(object, true);
        }
    }
    for (const Sha256& object : healed_) {
        const auto row = catalog.find_object(object);
        if (row && !check_object(store_, row)) {
            catalog.set_damaged(object, false);
        }
    }
    turn.commit();
}

} // namespace

VerifyReport verify_store(OpenStore& store, const ProgressOptions& progress) {
    return Verification(store, progress).run();
}

} // namespace vitrine
