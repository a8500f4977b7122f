// SPDX-License-Identifier: MIT
#pragma once

#include "engine/soundness.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace vitrine::test {

/// Something that changes a store, in one way or another.
struct Work {
    const char* name;
    std::function<void(Engine&)> run;
};

/// Commits of all kinds, removals, aliases, runs and gc, each to be done to a SampleStore.
const std::vector<Work>& all_work();

/// A store with something of everything: packed and loose objects, several versions of a name,
/// aliases, references with kept sources, a run, and garbage. Made once; tests work on copies.
class SampleStore {
public:
    explicit SampleStore(Durability durability);

    /// Copies the store to a folder that is not there.
    void copy_to(const std::filesystem::path& root) const;
    const StoreState& before() const noexcept { return before_; }
    /// What a store holds after a work is done to a copy.
    StoreState after(const Work& work) const;

private:
    StoreFolder folder_;
    StoreState before_;
};

/// A folder in memory, where there is one, with a copy of a store in it.
class StoreCopy {
public:
    explicit StoreCopy(const SampleStore& store) : StoreCopy() { store.copy_to(root()); }
    /// Copies a folder as it is.
    explicit StoreCopy(const std::filesystem::path& root);

    const std::filesystem::path& outside() const { return folder_.path(); }
    std::filesystem::path root() const { return folder_.path() / "store"; }

private:
    StoreCopy();
    TemporaryDirectory folder_;
};

} // namespace vitrine::test
