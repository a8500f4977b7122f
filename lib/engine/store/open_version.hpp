// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/open_store.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// A version of the catalogue, under a lease that was taken before its rows were read.
class StoredVersion final : public OpenVersion {
public:
    StoredVersion(std::shared_ptr<Engine> engine, OpenStore& store,
                  std::shared_ptr<const Lease> lease, VersionRow row,
                  std::vector<std::string> aliases);

    const VersionRow& record() const override { return row_; }
    const std::vector<std::string>& aliases() const override { return aliases_; }
    const Manifest& manifest() const override { return manifest_; }
    std::optional<Manifest> kept(std::string_view id) const override;
    const std::shared_ptr<Engine>& engine() const override { return engine_; }
    std::uint64_t lease_epoch() const override { return lease_->epoch(); }

private:
    std::shared_ptr<Engine> engine_;
    OpenStore& store_; ///< lives as long as engine_
    std::shared_ptr<const Lease> lease_;
    VersionRow row_;
    std::vector<std::string> aliases_;
    Manifest manifest_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, Manifest, std::less<>> kept_; ///< those asked for so far
};

} // namespace vitrine
