// SPDX-License-Identifier: MIT
#include "engine/verify/inventory.hpp"

#include "engine/store/progress.hpp"
#include "engine/store/version_reference.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace vitrine {

namespace {

constexpr std::size_t kObjectsBetweenStops = 4096;

void read_versions(Catalog& catalog, Inventory& inventory) {
    catalog.versions.for_each([&](const VersionRow& row) {
        Inventory::Version version{version_name(row.name, row.number), {}};
        version.contents.emplace_back(row.content, version.name);
        for (const Dependency& dependency : row.dependencies) {
            version.contents.emplace_back(dependency.content, dependency.name);
        }
        for (const auto& [content, label] : version.contents) {
            inventory.manifests.try_emplace(content, std::nullopt);
        }
        inventory.versions.push_back(std::move(version));
    });
}

void read_manifests(Catalog& catalog, Inventory& inventory) {
    std::set<Sha256> segments;
    for (auto& [content, row] : inventory.manifests) {
        row = catalog.manifests.find(content);
        if (row) {
            segments.insert(row->segments.begin(), row->segments.end());
        }
    }
    inventory.segments.assign(segments.begin(), segments.end());
}

void read_objects(Catalog& catalog, std::uint64_t epoch, const ProgressOptions& progress,
                  Inventory& inventory) {
    std::unordered_map<std::int64_t, std::uint32_t> packs; // by the id of the file
    const auto pack_number = [&](const FileRow& file) {
        if (file.kind != FileKind::pack) {
            return CheckItem::kLoose;
        }
        const auto [known, is_new] = packs.try_emplace(file.id, 0);
        if (is_new) {
            inventory.packs.push_back(file.name);
            known->second = static_cast<std::uint32_t>(inventory.packs.size());
        }
        return known->second;
    };
    catalog.objects.for_each([&](const ObjectRow& row) {
        if (inventory.objects.size() % kObjectsBetweenStops == 0) {
            check_stop(progress);
        }
        if (row.file.mark && *row.file.mark <= epoch) {
            return;
        }
        if (row.damaged) {
            inventory.marked_damaged.push_back(row.sha256);
        }
        inventory.objects.push_back({row.sha256, row.size, row.offset, pack_number(row.file)});
    });
}

} // namespace

/// SHA-256 digests are spread evenly, so the position of one can be estimated from its leading
/// bytes. The search begins there and looks at few of a million items.
const CheckItem* Inventory::find(const Sha256& object) const {
    std::uint32_t leading = 0;
    for (std::size_t i = 0; i < sizeof(leading); ++i) {
        leading = leading << 8U | object.bytes[i];
    }
    const auto guess = static_cast<std::size_t>(std::uint64_t{leading} * objects.size() >> 32U);
    std::size_t first = guess;
    std::size_t last = guess;
    for (std::size_t step = 64; first > 0 && object < objects[first].object; step *= 2) {
        first -= std::min(first, step);
    }
    for (std::size_t step = 64; last < objects.size() && objects[last].object < object; step *= 2) {
        last += std::min(objects.size() - last, step);
    }
    const auto item = std::lower_bound(
        objects.begin() + static_cast<std::ptrdiff_t>(first),
        objects.begin() + static_cast<std::ptrdiff_t>(last), object,
        [](const CheckItem& left, const Sha256& wanted) { return left.object < wanted; });
    return item != objects.end() && item->object == object ? &*item : nullptr;
}

Inventory read_inventory(Catalog& catalog, std::uint64_t epoch, const ProgressOptions& progress) {
    Inventory inventory;
    read_versions(catalog, inventory);
    read_manifests(catalog, inventory);
    read_objects(catalog, epoch, progress, inventory);
    return inventory;
}

} // namespace vitrine
