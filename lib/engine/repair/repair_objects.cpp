// SPDX-License-Identifier: MIT
#include "engine/repair/repair_objects.hpp"

#include <vitrine/core/error.hpp>

#include "engine/store/problem.hpp"
#include "engine/store/progress.hpp"
#include "engine/store/store_files.hpp"
#include "object/pack_file.hpp"

#include <optional>
#include <set>
#include <system_error>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// At most about this many objects of packs are checked together.
constexpr std::size_t kItemsPerPortion = 65536;

} // namespace

void ObjectScan::scan() {
    read_packs();
    read_loose();
    keep_damaged();
    rebuild_.whole.seal();
    rebuild_.report.objects += check_.objects();
    rebuild_.report.bytes += check_.bytes();
}

// ---- Packs

void ObjectScan::read_packs() {
    std::vector<PackRows> portion;
    std::size_t items = 0;
    rebuild_.objects.for_each_pack([&](const fs::path& path, const std::optional<Sha256>& name) {
        check_stop(rebuild_.progress);
        if (!name) {
            return;
        }
        PackRows pack;
        const Problem problem = damage_of([&] {
            const PackReader reader(path);
            pack = {*name, reader.size(), {}};
            for (const PackItem& item : reader.items()) {
                pack.objects.push_back({item.object, item.size, item.offset});
            }
            if (reader.name() != *name) {
                throw Error(ErrorCode::Corruption,
                            concat("its index is that of pack ", quoted(reader.name().hex())));
            }
        });
        if (problem) {
            broken_packs_.push_back({path, *name, *problem, std::move(pack.objects)});
            return;
        }
        items += pack.objects.size();
        portion.push_back(std::move(pack));
        if (items >= kItemsPerPortion) {
            check_packs(portion);
            portion.clear();
            items = 0;
        }
    });
    check_packs(portion);
}

void ObjectScan::check_packs(std::vector<PackRows>& packs) {
    std::vector<CheckItem> items;
    std::vector<Sha256> names;
    for (const PackRows& pack : packs) {
        names.push_back(pack.name);
        for (const PackedObject& item : pack.objects) {
            items.push_back(
                {item.sha256, item.size, item.offset, static_cast<std::uint32_t>(names.size())});
        }
    }
    std::map<std::size_t, std::string> bad;
    check_.compare(items, names,
                   [&](std::size_t i, std::string problem) { bad.emplace(i, std::move(problem)); });
    std::vector<PackRows> whole_packs;
    std::size_t i = 0;
    for (const PackRows& pack : packs) {
        PackRows right{pack.name, pack.file_size, {}};
        PackRows damaged{pack.name, pack.file_size, {}};
        for (const PackedObject& item : pack.objects) {
            if (const auto problem = bad.find(i++); problem == bad.end()) {
                right.objects.push_back(item);
                rebuild_.whole.add(item.sha256);
            } else {
                damaged.objects.push_back(item);
                problems_.emplace(item.sha256, problem->second);
            }
        }
        whole_packs.push_back(std::move(right));
        if (!damaged.objects.empty()) {
            damaged_packs_.push_back(std::move(damaged));
        }
    }
    Catalog::WriteTransaction transaction(*rebuild_.catalog, false);
    rebuild_.catalog->objects.put_packs(whole_packs);
    transaction.commit();
}

// ---- Loose objects

void ObjectScan::read_loose() {
    for (const fs::path& folder : folders_in(rebuild_.layout.objects() / "loose")) {
        std::vector<CheckItem> items;
        for (const fs::path& path : list_folder(folder)) {
            const std::optional<Sha256> object = digest_of_name(path.filename().native());
            if (!object || path != rebuild_.objects.loose_path(*object)) {
                continue;
            }
            std::error_code error;
            const std::uintmax_t size = fs::file_size(path, error);
            items.push_back({*object, error ? 0 : size, 0, CheckItem::kLoose});
        }
        check_loose(items);
    }
}

void ObjectScan::check_loose(const std::vector<CheckItem>& items) {
    std::set<std::size_t> bad;
    check_.compare(items, {}, [&](std::size_t i, std::string problem) {
        bad.insert(i);
        problems_.emplace(items[i].object, std::move(problem));
        damaged_loose_.emplace_back(items[i].object, items[i].size);
    });
    std::vector<std::pair<Sha256, std::uint64_t>> rows;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!bad.contains(i)) {
            rebuild_.whole.add(items[i].object);
            rows.emplace_back(items[i].object, items[i].size);
        }
    }
    Catalog::WriteTransaction transaction(*rebuild_.catalog, false);
    rebuild_.catalog->objects.put_loose(rows);
    transaction.commit();
}

// ---- Objects without an undamaged location

/// Adds rows of damaged objects that say so. Commits do not count these objects as present, and the
/// damaged files stay until the right bytes replace them.
void ObjectScan::keep_damaged() {
    rebuild_.whole.seal();
    std::erase_if(problems_, [&](const auto& item) { return rebuild_.whole.contains(item.first); });
    std::erase_if(damaged_loose_,
                  [&](const auto& item) { return rebuild_.whole.contains(item.first); });
    Catalog& catalog = *rebuild_.catalog;
    Catalog::WriteTransaction transaction(catalog, false);
    for (PackRows& pack : damaged_packs_) {
        std::erase_if(pack.objects, [&](const PackedObject& item) {
            return rebuild_.whole.contains(item.sha256);
        });
    }
    catalog.objects.put_packs(damaged_packs_);
    catalog.objects.put_loose(damaged_loose_);
    for (const auto& [object, problem] : problems_) {
        catalog.objects.set_damaged(object, true);
    }
    transaction.commit();
}

} // namespace vitrine
