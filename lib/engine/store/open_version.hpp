// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include "catalog/catalog.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/open_store.hpp"
#include "engine/store/version_reference.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// A version that is open for reading: its record, its manifest and those of its dependencies. Its
/// lease protects all their objects from gc. Immutable; safe to use from many threads.
class OpenVersion {
public:
    /// `lease` was taken before `row` and `aliases` were read, or protects the draft that became
    /// the version. Opens the manifest. Throws: Corruption, IoError, DatabaseError.
    OpenVersion(std::shared_ptr<OpenStore> store, std::shared_ptr<const Lease> lease,
                VersionRow row, std::vector<std::string> aliases,
                std::optional<std::uint64_t> latest = std::nullopt);

    /// Opens a live version. Throws: NotFound; as the constructor.
    static std::shared_ptr<const OpenVersion> open(const std::shared_ptr<OpenStore>& store,
                                                   const VersionReference& reference);
    /// Returns null if no live version has the id (raw bytes). Throws: as the constructor.
    static std::shared_ptr<const OpenVersion> find(const std::shared_ptr<OpenStore>& store,
                                                   std::string_view id);

    const VersionRow& record() const noexcept { return row_; }
    /// The aliases when it was opened: sorted, "latest" in front if it was the latest version.
    const std::vector<std::string>& aliases() const noexcept { return aliases_; }
    const Manifest& manifest() const noexcept { return manifest_; }
    /// The manifest of the dependency with this id; nothing if the version has no such dependency.
    std::optional<Manifest> dependency_manifest(std::string_view id) const;
    /// The number of the latest version of its name when it was opened by a reference that moves:
    /// by the bare name, "latest" or an alias. Nothing if it was opened by its number or id.
    std::optional<std::uint64_t> latest_when_opened() const noexcept { return latest_; }
    /// The store that it belongs to. Its objects are read from there.
    OpenStore& store() const noexcept { return *store_; }
    const std::shared_ptr<OpenStore>& shared_store() const noexcept { return store_; }
    std::uint64_t lease_epoch() const { return lease_->epoch(); }

private:
    std::shared_ptr<OpenStore> store_;
    std::shared_ptr<const Lease> lease_;
    VersionRow row_;
    std::vector<std::string> aliases_;
    std::optional<std::uint64_t> latest_;
    Manifest manifest_;
    mutable std::mutex mutex_;
    /// Manifests of dependencies opened so far, by id. Guarded by mutex_.
    mutable std::map<std::string, Manifest, std::less<>> dependency_manifests_;
};

} // namespace vitrine
