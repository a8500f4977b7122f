// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/engine/verify.hpp>

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

/// Collects what is damaged, and the entries and versions that need it. One thread.
class DamageReport {
public:
    /// Adds a damaged object that no version is known to need yet. Does nothing if it is there.
    void add(const Sha256& object, const std::string& problem);
    bool contains(const Sha256& object) const { return items_.contains(object); }
    bool empty() const { return items_.empty(); }
    /// What is wrong with an object. It must have been added.
    const std::string& problem(const Sha256& object) const { return items_.at(object).problem; }

    /// Adds a version that needs an object, for an entry or without one. The object must have been
    /// added.
    void add_version(const Sha256& object, const std::string& version);
    void add_entry(const Sha256& object, const std::string& version, std::string entry);

    /// All objects that were added, ascending.
    std::vector<Sha256> objects() const;
    /// The damages, ascending by object; the lists in them are sorted.
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
