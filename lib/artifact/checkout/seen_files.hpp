// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/entry.hpp>

#include "catalog/rows.hpp"
#include "engine/store/open_version.hpp"

#include <sys/stat.h>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace vitrine {

/// The files that a checkout wrote, or found right by reading them, for the stat cache of the
/// store: the next checkout, or `add`, need not read them. Safe to use from many threads.
class SeenFiles {
public:
    /// Nothing is remembered where there is no version: content that comes from no store.
    explicit SeenFiles(std::shared_ptr<const OpenVersion> version) : version_(std::move(version)) {}

    /// Adds a file with the bytes of an entry. No other process may be able to change it before the
    /// next `settle`.
    void add_written(const Entry& entry, const struct ::stat& status);
    /// Adds a file that was read from `start_ns` on and had the bytes of an entry; `status` is from
    /// before and was the same afterwards.
    void add_read(const Entry& entry, const struct ::stat& status, std::int64_t start_ns);
    /// Drops the files of which a later change could leave the state as it is. Call it before what
    /// was written gets its place, where others can change it.
    void settle();
    /// Enters the files that were settled into the stat cache.
    void enter();

private:
    void add(std::vector<StatRow>& rows, const Entry& entry, const struct ::stat& status);

    std::shared_ptr<const OpenVersion> version_;
    std::mutex mutex_;
    std::vector<StatRow> written_; ///< guarded by mutex_, as the next
    std::vector<StatRow> settled_;
};

} // namespace vitrine
