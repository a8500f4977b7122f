// SPDX-License-Identifier: MIT
#include "engine/verify/attribution.hpp"

#include "core/text.hpp"
#include "engine/store/progress.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

class Attribution {
public:
    Attribution(OpenStore& store, Catalog& catalog, const Inventory& inventory,
                const CheckResult& checked)
        : store_(store), catalog_(catalog), inventory_(inventory), checked_(checked),
          damages_(checked.damages) {}

    DamageReport attribute(const ProgressOptions& progress);

private:
    void add_content(const std::string& version, const Sha256& content, const std::string& label);
    bool add_segments(const std::string& version, const ManifestRow& row);
    const std::vector<DamagedEntry>& damaged_entries(const ManifestRow& row);
    std::optional<Sha256> damage_of(const Sha256& object);

    OpenStore& store_;
    Catalog& catalog_;
    const Inventory& inventory_;
    const CheckResult& checked_;
    DamageReport damages_;
    std::map<Sha256, std::vector<DamagedEntry>> entries_; ///< by content
};

DamageReport Attribution::attribute(const ProgressOptions& progress) {
    if (damages_.empty() && checked_.absent_objects.empty()) {
        return std::move(damages_);
    }
    for (const Inventory::Version& version : inventory_.versions) {
        check_stop(progress);
        for (const auto& [content, label] : version.contents) {
            add_content(version.name, content, label);
        }
    }
    return std::move(damages_);
}

void Attribution::add_content(const std::string& version, const Sha256& content,
                              const std::string& label) {
    const std::optional<ManifestRow>& row = inventory_.manifests.at(content);
    if (!row) {
        damages_.add_version(content, version);
        return;
    }
    if (damages_.contains(row->file.name)) {
        damages_.add_version(row->file.name, version);
    }
    if (add_segments(version, *row)) {
        for (const DamagedEntry& entry : damaged_entries(*row)) {
            damages_.add_entry(entry.object, version, concat(label, '/', entry.path));
        }
    }
}

/// Returns whether the manifest must be walked: it is readable and has an affected segment.
bool Attribution::add_segments(const std::string& version, const ManifestRow& row) {
    bool readable = true;
    bool affected = false;
    for (const Sha256& segment : row.segments) {
        affected = affected || checked_.affected_segments.contains(segment);
        if (damages_.contains(segment)) {
            damages_.add_version(segment, version);
            readable = false;
        }
    }
    return readable && affected;
}

/// The entries of a manifest whose objects are damaged or missing, found once for each content.
const std::vector<DamagedEntry>& Attribution::damaged_entries(const ManifestRow& row) {
    const auto [found, is_new] = entries_.try_emplace(row.content);
    if (is_new) {
        const Manifest manifest = store_.segments.open(catalog_, row);
        for (const Entry& entry : manifest.entries()) {
            const auto damage = entry.object ? damage_of(*entry.object) : std::nullopt;
            if (damage) {
                found->second.push_back({entry.path.str(), *damage});
            }
        }
    }
    return found->second;
}

/// What the report calls the damage of an object: the object itself, or its pack.
std::optional<Sha256> Attribution::damage_of(const Sha256& object) {
    if (checked_.absent_objects.contains(object) && !damages_.contains(object)) {
        // gc may have marked its file, so that the inventory left it out.
        const auto row = catalog_.objects.find(object);
        const Problem problem = row ? check_object(store_, *row) : kMissing;
        if (problem) {
            damages_.add(object, *problem);
        }
    }
    if (damages_.contains(object)) {
        return object;
    }
    const Sha256* pack = checked_.damaged_pack_of(inventory_, object);
    return pack == nullptr ? std::nullopt : std::optional(*pack);
}

} // namespace

DamageReport attribute_damage(OpenStore& store, Catalog& catalog, const Inventory& inventory,
                              const CheckResult& checked, const ProgressOptions& progress) {
    return Attribution(store, catalog, inventory, checked).attribute(progress);
}

} // namespace vitrine
