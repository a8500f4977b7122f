// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "engine/repair/rebuild.hpp"
#include "engine/repair/recovery_sources.hpp"
#include "object/staging_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <vector>

namespace vitrine {

/// Restores lost bytes of a store in the order in which a commit adds bytes: copies them to a
/// staging folder and compares them there, flushes, renames them into place, and then adds their
/// rows.
class Recovery {
public:
    Recovery(Rebuild& rebuild, const RecoverySources& sources)
        : rebuild_(rebuild), sources_(sources),
          staging_(rebuild.layout.staging() / "repair", rebuild.files) {}

    /// Restores those of the objects that a source has, and adds them to Rebuild::whole.
    void restore_objects(std::vector<Sha256> wanted);
    /// Restores a manifest file of a content. Returns false if no source has it.
    bool restore_manifest(const Sha256& content, const Sha256& file);
    /// Removes the staging folder.
    void finish() { staging_.drop(); }

private:
    struct Staged {
        Sha256 object;
        std::uint64_t size = 0;
        std::filesystem::path path; ///< empty if no source has it
    };

    std::vector<Staged> stage(std::span<const Sha256> wanted);
    bool stage_from(const RecoverySource& source, Staged& staged);
    bool copy(const RecoverySource& source, const std::filesystem::path& target);
    void flush(const std::vector<Staged>& staged) const;
    void restore_portion(std::span<const Sha256> wanted);
    void count_restored(const Staged& staged);

    Rebuild& rebuild_;
    const RecoverySources& sources_;
    StagingFolder staging_;
};

} // namespace vitrine
