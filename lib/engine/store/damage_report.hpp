// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/engine/reports.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace vitrine {

/// An entry whose bytes are damaged or missing.
struct DamagedEntry {
    std::string path;
    Sha256 object;
};

/// Gathers what is damaged and whom it hurts. One thread.
class DamageReport {
public:
    /// Nobody needs it, as far as is known by now.
    void add(const Sha256& object, const std::string& problem);
    bool contains(const Sha256& object) const { return items_.contains(object); }
    bool empty() const { return items_.empty(); }
    /// What is wrong with an object that was added.
    const std::string& problem(const Sha256& object) const { return items_.at(object).problem; }

    /// A version needs an object that was added, for an entry or without one.
    void add_version(const Sha256& object, const std::string& version);
    void add_entry(const Sha256& object, const std::string& version, std::string entry);

    /// All digests that were added.
    std::vector<Sha256> objects() const;
    /// By object; all lists are sorted.
    std::vector<Damage> finish() const;

private:
    struct Item {
        std::string problem;
        std::set<std::string> entries;
        std::set<std::string> versions;
    };
    std::map<Sha256, Item> items_;
};

} // namespace vitrine
