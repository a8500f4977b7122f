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

/// All that a user sees of a version but its id and the time: bytes that were read and compared.
struct VersionState {
    std::string type;
    std::string description;
    Contents contents;
    std::map<std::string, Contents> kept; ///< by the name of the source
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

/// Opens the store and reads all of it. Throws: Error where something is damaged.
StoreState state_of(const std::filesystem::path& root);

using Problems = std::vector<std::string>;

/// Fails the test with each of the problems.
void check_none(const Problems& problems);

/// In what a store differs from what it should hold.
Problems differences(const StoreState& expected, const StoreState& actual);

/// What is wrong with a store in itself, whatever it should hold: versions that are not whole;
/// rows, files and records that do not fit each other after a gc; anything left over that gc should
/// have taken. Collects its garbage.
Problems problems_of(const std::filesystem::path& root);

/// A store after a crash in the middle of something that would have led from `before` to `after`:
/// it holds the one or the other, is sound, and takes a next version under the next number.
Problems problems_after_crash(const std::filesystem::path& root, const StoreState& before,
                              const StoreState& after);

/// The same of a store whose catalogue is then lost as well, and made anew by repair. Versions that
/// were under way may be there or not, and aliases and runs with them; each is whole.
Problems problems_after_repair(const std::filesystem::path& root, const StoreState& before,
                               const StoreState& after);

} // namespace vitrine::test
