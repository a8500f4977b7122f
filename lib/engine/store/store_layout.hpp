// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace vitrine {

/// What SQLite puts beside a database: its files begin with the database's name. A rollback journal
/// is there while a new catalogue is not yet in WAL mode.
constexpr std::array<std::string_view, 3> kCatalogCompanions = {"-wal", "-shm", "-journal"};

/// What lies where in a store (FORMAT.md).
struct StoreLayout {
    std::filesystem::path root;

    std::filesystem::path settings() const { return root / "vitrine.json"; }
    std::filesystem::path catalog() const { return root / "catalog.sqlite"; }
    /// What repair builds, and the one whose place that takes.
    std::filesystem::path new_catalog() const { return root / "catalog.sqlite.new"; }
    std::filesystem::path old_catalog() const { return root / "catalog.sqlite.old"; }
    /// What repair could not use, by its path below the store.
    std::filesystem::path lost() const { return root / "lost"; }
    std::filesystem::path write_lock() const { return root / "write.lock"; }
    std::filesystem::path gc_lock() const { return root / "gc.lock"; }
    std::filesystem::path objects() const { return root / "objects"; }
    std::filesystem::path leases() const { return root / "leases"; }
    std::filesystem::path staging() const { return root / "staging"; }

    /// One folder for each content, with its manifest.
    std::filesystem::path artifacts() const { return root / "artifacts"; }
    std::filesystem::path artifact_folder(const Sha256& content) const {
        return artifacts() / content.hex();
    }
    std::filesystem::path manifest(const Sha256& content, const Sha256& file) const {
        return artifact_folder(content) / (file.hex() + ".manifest");
    }

    /// One folder for each name, with a record for each version and the head.
    std::filesystem::path records() const { return root / "records" / "artifacts"; }
    /// One file for each run that used or made a version.
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
