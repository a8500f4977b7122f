// SPDX-License-Identifier: MIT
//
// Verify has four parts, with values between them:
//
//  0. Let SQLite check the catalogue, and compare the records and vitrine.json with it, in both
//     directions (check_records.cpp).
//  1. Read which objects, manifests and segments there are, in one view of the catalogue
//     (inventory.cpp). All objects count, whether a version needs them or not, since a later commit
//     may refer to any of them. Files that gc marked in this epoch or before are left out.
//  2. Check: read each file from its start to its end, with all cores (check_bytes.cpp). Beside
//     that, walk the segments, each once however many versions share it, for objects that have no
//     row.
//  3. Attribute: find the versions and entries that each damage affects (attribution.cpp).
//
// At the end the catalogue learns what is damaged, and what is whole again.
#include "engine/verify/verify.hpp"

#include <vitrine/core/error.hpp>

#include "engine/store/progress.hpp"
#include "engine/store/write_lock.hpp"
#include "engine/verify/attribution.hpp"
#include "engine/verify/check_bytes.hpp"
#include "engine/verify/check_records.hpp"
#include "engine/verify/inventory.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

namespace {

/// Reads each object once more under the write lock: another process may have replaced it.
void update_catalog(OpenStore& store, const Inventory& inventory, const DamageReport& damages,
                    const std::stop_token& stop) {
    std::vector<Sha256> whole;
    std::copy_if(inventory.marked_damaged.begin(), inventory.marked_damaged.end(),
                 std::back_inserter(whole),
                 [&](const Sha256& object) { return !damages.contains(object); });
    if (damages.empty() && whole.empty()) {
        return;
    }
    Catalog& catalog = *store.catalog;
    WriteTransaction transaction(store, stop);
    transaction.begin();
    for (const Sha256& object : damages.objects()) {
        const auto row = catalog.objects.find(object);
        const bool is_damaged = row && check_object(store, *row);
        if (is_damaged || catalog.files.find(FileKind::manifest, object)) {
            catalog.objects.set_damaged(object, true);
        }
    }
    for (const Sha256& object : whole) {
        const auto row = catalog.objects.find(object);
        if (row && !check_object(store, *row)) {
            catalog.objects.set_damaged(object, false);
        }
    }
    transaction.commit();
}

/// What parts 0 to 3 find in one view of the catalogue.
VerifyReport check_all(OpenStore& store, Catalog& catalog, std::uint64_t epoch,
                       const ProgressOptions& progress) {
    std::vector<Damage> files = check_records(store, progress);
    const Inventory inventory = read_inventory(catalog, epoch, progress);
    const CheckResult checked = check_bytes(store, inventory, progress);
    const DamageReport damages = attribute_damage(store, catalog, inventory, checked, progress);
    if (!store.options.read_only) {
        update_catalog(store, inventory, damages, progress.stop);
    }
    VerifyReport report{checked.objects, checked.bytes, damages.finish()};
    std::ranges::move(files, std::back_inserter(report.damages));
    return report;
}

} // namespace

VerifyReport verify_store(OpenStore& store, const ProgressOptions& progress) {
    const std::shared_ptr<const Lease> lease = store.leases.take();
    const std::unique_ptr<Catalog> catalog = store.second_catalog();
    const Catalog::ReadTransaction view(*catalog);
    report_progress(progress, {"checking the catalogue", 0, 0, 0});
    const std::optional<std::string> fault = catalog->find_fault();
    VerifyReport report;
    try {
        report = check_all(store, *catalog, lease->epoch(), progress);
    } catch (const Error& error) {
        // What a damaged catalogue leads to is said by its fault.
        if (!fault || error.code() == ErrorCode::Cancelled) {
            throw;
        }
    }
    if (fault) {
        report.damages.push_back({store.layout.catalog().filename().native(), *fault, {}, {}});
    }
    std::ranges::sort(report.damages, {}, &Damage::object);
    return report;
}

} // namespace vitrine
