// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine_fixture.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vitrine::test {

/// All that a user sees of a version, except its id and time. The bytes were read and compared.
struct VersionState {
    std::string type;
    std::string description;
    Contents contents;
    std::map<std::string, Contents> dependencies; ///< by the name of the source
    std::optional<std::string> run;
    bool operator==(const VersionState&) const = default;
};

struct NameState {
    std::uint64_t next_number = 0;
    std::map<std::uint64_t, VersionState> versions;
    std::map<std::string, std::uint64_t> aliases;
    bool operator==(const NameState&) const = default;
};

struct StoreState {
    std::map<std::string, NameState> names;
    /// The versions that a run used and made, "name:v3", by the run's id.
    std::map<std::string, std::vector<std::string>> runs;
    bool operator==(const StoreState&) const = default;
};

/// Opens the store and reads all of it. Throws: Error if something is damaged.
StoreState state_of(const std::filesystem::path& root);

using Problems = std::vector<std::string>;

/// Fails the test with each of the problems.
void check_none(const Problems& problems);

/// The differences between the state of a store and the expected one.
Problems differences(const StoreState& expected, const StoreState& actual);

/// The problems of a store, whatever its state should be: versions that are not whole; rows, files
/// and records that disagree after a gc; files that gc should have removed. Collects garbage.
Problems problems_of(const std::filesystem::path& root);

/// The problems of a store after a crash in an operation that would lead from `before` to `after`:
/// it must have one of these states, be sound, and accept a next version with the next number.
Problems problems_after_crash(const std::filesystem::path& root, const StoreState& before,
                              const StoreState& after);

/// The same for a store whose catalogue is then lost as well, and built again by repair. Versions
/// whose commit was interrupted may be there or not, and their aliases and runs too; each is whole.
Problems problems_after_repair(const std::filesystem::path& root, const StoreState& before,
                               const StoreState& after);

} // namespace vitrine::test
