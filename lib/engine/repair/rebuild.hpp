// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/progress.hpp>
#include <vitrine/engine/repair.hpp>

#include "catalog/catalog.hpp"
#include "core/file_system.hpp"
#include "engine/store/digest_set.hpp"
#include "engine/store/problem.hpp"
#include "engine/store/store_layout.hpp"
#include "engine/store/store_settings.hpp"
#include "object/object_store.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace vitrine {

/// Whether the error tells of the system rather than of the file.
bool says_nothing(const IoError& error);

/// As problem_of, but throws on what says nothing about the bytes: EACCES, EIO and their like. What
/// cannot be read now is not lost.
template <class Check>
Problem damage_of(const Check& check) {
    std::optional<IoError> denied;
    Problem problem = problem_of([&] {
        try {
            check();
        } catch (const IoError& error) {
            if (says_nothing(error)) {
                denied = error;
            }
            throw;
        }
    });
    if (denied) {
        denied->add_context("repair needs to read every file, and changed nothing");
        throw *denied; // NOLINT(cert-err60-cpp)
    }
    return problem;
}

/// A larger record is not read.
inline constexpr std::uint64_t kMaxRecordBytes = std::uint64_t{256} << 20U;

/// The store that the parts of a repair work on, which no other process has open, and the catalogue
/// that they build for it.
struct Rebuild {
    StoreLayout layout;
    StoreSettings settings;
    std::shared_ptr<FileSystem> files;
    ProgressOptions progress;
    ObjectStore objects;
    std::unique_ptr<Catalog> catalog; ///< the new one
    DigestSet whole;                  ///< objects that were read and are not damaged
    RepairReport report;
    /// Temporary files and announcements, to be removed once the new catalogue is in place.
    std::vector<std::filesystem::path> temporary;

    bool durable() const { return settings.durability == Durability::safe; }
    void note(std::string text) { report.notes.push_back(std::move(text)); }
    void lose(std::string what, std::string problem) {
        report.losses.push_back({std::move(what), std::move(problem)});
    }

    // The members below flush only if the store's durability is `safe`.
    void flush_folders(const std::set<std::filesystem::path>& folders) const;
    /// Writes a record or head durably.
    void write(const std::filesystem::path& path, std::string_view text) const;
    void remove(const std::filesystem::path& path) const;

    /// Moves a file that cannot be used to the same path below `lost/`, under another name if that
    /// path is taken. Returns the new path, relative to the store.
    std::string move_to_lost(const std::filesystem::path& path, const std::string& name = {}) const;
};

} // namespace vitrine
