// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "artifact/draft/draft_entries.hpp"
#include "artifact/draft/local_paths.hpp"
#include "artifact/draft/pending_adds.hpp"
#include "artifact/draft/value_files.hpp"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vitrine {

/// What was added to a draft and what it started with: its entries, the local files that they came
/// from, and the values by their identity numbers, which are not kept alive. Safe to use from many
/// threads: each member takes the one lock. A call that throws changes nothing.
class DraftTable {
public:
    DraftTable(Manifest base, ValueFiles files)
        : entries_(std::move(base)), files_(std::move(files)) {}

    Manifest manifest() const;
    /// The entry at a path now.
    std::optional<Entry> find(std::string_view path) const;
    /// The entry at a path if it was added in this draft.
    std::optional<Entry> find_added(std::string_view path) const;
    /// The path of the entry of a local file, if it was added with these bytes.
    std::optional<std::string> find_local(std::string_view local_path, const Sha256& bytes) const;
    /// The entry of a value that was added before.
    std::optional<Entry> find_identity(std::uint64_t identity) const;

    /// Adds all entries. Returns false, and does nothing, if other content has a shared path by
    /// now. Throws: AlreadyExists.
    bool apply(const PendingAdds& pending);
    /// Adds one entry and returns it. Throws: AlreadyExists.
    Entry apply(Entry entry);
    /// The files below `folder` were added as `name`/relative path.
    void add_folder(const std::filesystem::path& folder, std::string_view name);

    /// Removes the entry at `path`, or else all entries below that folder, and the files that only
    /// they name. Returns the number of entries removed.
    std::uint64_t remove(std::string_view path);
    /// Removes the entries below the folder `name` but for these `files`, paths relative to it.
    void mirror(std::string_view name, std::span<const std::string> files);

private:
    struct Known {
        std::string path;
        std::string digest;
    };
    /// The entries from the base version that a call replaces.
    struct Replacement {
        /// The paths that each replaced value names in its JSON.
        std::vector<std::vector<std::string>> names;
        /// Paths at which a value's own file would replace other bytes.
        std::vector<std::string> overridden;
    };
    /// The present entry at each path of a call.
    using There = std::vector<std::optional<Entry>>;

    // All below require that the lock is held.

    /// False if only shared paths are taken; throws if another one is.
    bool has_free_paths(const PendingAdds& pending) const;
    Replacement replaced_by(const PendingAdds& pending, const There& there) const;
    /// Forgets the paths that replaced values name. Returns those that no value names any more.
    std::vector<std::string> release(const Replacement& replaced);
    void put(const PendingAdds::Item& item, const std::optional<Entry>& there);
    /// Removes files that no value names any more, and files that only these named, except `keep`
    /// (sorted paths). Returns the number of entries removed.
    std::uint64_t sweep(std::vector<std::string> unused, const std::vector<std::string_view>& keep);
    /// Removes entries and the files that only they name, except `keep`. Returns the number of
    /// entries removed.
    std::uint64_t erase(const std::vector<Entry>& entries,
                        const std::vector<std::string_view>& keep);

    mutable std::mutex mutex_;
    // Guarded by mutex_.
    DraftEntries entries_;
    LocalPaths local_paths_;
    std::unordered_map<std::uint64_t, Known> identities_;
    ValueFiles files_;
};

} // namespace vitrine
