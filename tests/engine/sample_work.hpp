// SPDX-License-Identifier: MIT
#pragma once

#include "engine/soundness.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace vitrine::test {

/// An operation that changes a store.
struct Work {
    const char* name;
    std::function<void(Engine&)> run;
};

/// Commits of all kinds, removals, aliases, W&B runs and gc; each is for a copy of a SampleStore.
const std::vector<Work>& all_work();

/// A store with packed and loose objects, several versions of a name, aliases, references with
/// dependencies, a W&B run, and garbage. It is made once; tests work on copies.
class SampleStore {
public:
    explicit SampleStore(Durability durability);

    /// Copies the store to a folder that does not exist.
    void copy_to(const std::filesystem::path& root) const;
    const StoreState& before() const noexcept { return before_; }
    /// The state of a store after an operation on a copy.
    StoreState after(const Work& work) const;

private:
    StoreFolder folder_;
    StoreState before_;
};

/// A folder, in memory if possible, with a copy of a store.
class StoreCopy {
public:
    explicit StoreCopy(const SampleStore& store) : StoreCopy() { store.copy_to(root()); }
    /// Copies a folder.
    explicit StoreCopy(const std::filesystem::path& root);

    const std::filesystem::path& outside() const { return folder_.path(); }
    std::filesystem::path root() const { return folder_.path() / "store"; }

private:
    StoreCopy();
    TemporaryDirectory folder_;
};

} // namespace vitrine::test
