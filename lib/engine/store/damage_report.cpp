// SPDX-License-Identifier: MIT
#include "engine/store/damage_report.hpp"

#include <utility>

namespace vitrine {

void DamageReport::add(const Sha256& object, const std::string& problem) {
    items_.try_emplace(object, Item{problem, {}, {}});
}

void DamageReport::add_version(const Sha256& object, const std::string& version) {
    items_.at(object).versions.insert(version);
}

void DamageReport::add_entry(const Sha256& object, const std::string& version, std::string entry) {
    Item& item = items_.at(object);
    item.versions.insert(version);
    item.entries.insert(std::move(entry));
}

std::vector<Sha256> DamageReport::objects() const {
    std::vector<Sha256> objects;
    for (const auto& [object, item] : items_) {
        objects.push_back(object);
    }
    return objects;
}

std::vector<Damage> DamageReport::finish() const {
    std::vector<Damage> damages;
    for (const auto& [object, item] : items_) {
        damages.push_back({object.hex(),
                           item.problem,
                           {item.entries.begin(), item.entries.end()},
                           {item.versions.begin(), item.versions.end()}});
    }
    return damages;
}

} // namespace vitrine
