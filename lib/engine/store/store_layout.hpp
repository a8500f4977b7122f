// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace vitrine {

/// The suffixes of the files that SQLite writes beside a database. The rollback journal exists
/// until a new catalogue is in WAL mode.
constexpr std::array<std::string_view, 3> kCatalogCompanions = {"-wal", "-shm", "-journal"};

/// The paths of the files and folders of a store (FORMAT.md).
struct StoreLayout {
    std::filesystem::path root;

    std::filesystem::path settings() const { return root / "vitrine.json"; }
    std::filesystem::path catalog() const { return root / "catalog.sqlite"; }
    /// The catalogue that repair builds, and the one that it replaces.
    std::filesystem::path new_catalog() const { return root / "catalog.sqlite.new"; }
    std::filesystem::path old_catalog() const { return root / "catalog.sqlite.old"; }
    /// Files that repair could not use, each under its path in the store.
    std::filesystem::path lost() const { return root / "lost"; }
    std::filesystem::path write_lock() const { return root / "write.lock"; }
    std::filesystem::path gc_lock() const { return root / "gc.lock"; }
    std::filesystem::path objects() const { return root / "objects"; }
    std::filesystem::path leases() const { return root / "leases"; }
    std::filesystem::path staging() const { return root / "staging"; }

    /// Has one folder for each content, with its manifest.
    std::filesystem::path artifacts() const { return root / "artifacts"; }
    std::filesystem::path artifact_folder(const Sha256& content) const {
        return artifacts() / content.hex();
    }
    std::filesystem::path manifest(const Sha256& content, const Sha256& file) const {
        return artifact_folder(content) / (file.hex() + ".manifest");
    }

    /// Has one folder for each name, with a record for each version and the head.
    std::filesystem::path records() const { return root / "records" / "artifacts"; }
    /// Has one file for each W&B run that used or made a version.
    std::filesystem::path run_records() const { return root / "records" / "runs"; }
    std::filesystem::path run_record(std::string_view id) const {
        return run_records() / (std::string(id) + ".json");
    }
    std::filesystem::path record_folder(std::string_view name) const {
        return records() / std::string(name);
    }
    std::filesystem::path record(std::string_view name, std::uint64_t number) const {
        return record_folder(name) / (std::to_string(number) + ".json");
    }
    std::filesystem::path head(std::string_view name) const {
        return record_folder(name) / "head.json";
    }
};

} // namespace vitrine
