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

/// Brings lost bytes into a store as a commit does: copied to a staging folder and compared there,
/// flushed, renamed into place, and given rows after that.
class Recovery {
public:
    Recovery(Rebuild& rebuild, const RecoverySources& sources)
        : rebuild_(rebuild), sources_(sources),
          staging_(rebuild.layout.staging() / "repair", rebuild.files) {}

    /// Brings in those of these objects that can be found; they are among `whole` then.
    void restore_objects(std::vector<Sha256> wanted);
    /// The same for a manifest file of a content. False if it cannot be found.
    bool restore_manifest(const Sha256& content, const Sha256& file);
    /// Removes the staging folder.
    void finish() { staging_.drop(); }

private:
    struct Staged {
        Sha256 object;
        std::uint64_t size = 0;
        std::filesystem::path path; ///< empty if no source had it
    };

    std::vector<Staged> stage(std::span<const Sha256> wanted);
    bool stage_from(const RecoverySources::Place& place, Staged& staged);
    bool copy(const RecoverySources::Place& place, const std::filesystem::path& target);
    void flush(const std::vector<Staged>& staged) const;
    void restore_portion(std::span<const Sha256> wanted);
    void count(const Staged& staged);

    Rebuild& rebuild_;
    const RecoverySources& sources_;
    StagingFolder staging_;
};

} // namespace vitrine
