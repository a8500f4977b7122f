// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/value/dialect.hpp>
#include <vitrine/value/type_registry.hpp>
#include <vitrine/value/value.hpp>

#include "artifact/content/artifact_content.hpp"
#include "artifact/content/open_context.hpp"
#include "artifact/draft/draft_entries.hpp"
#include "artifact/draft/local_paths.hpp"
#include "artifact/draft/media_uses.hpp"
#include "artifact/draft/pending_adds.hpp"
#include "engine/engine.hpp"
#include "value/file_members.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vitrine {

/// The state of an ArtifactBuilder.
///
/// A call first does its slow work without the lock: it stages bytes and collects the entries to
/// add (PendingAdds). Then `apply` adds them under the one lock, all or none. So an error leaves
/// the entries as they were, and threads wait for each other only at the tables.
///
/// Values are remembered by their identity number; the draft does not keep them alive.
class ArtifactBuilder::Draft {
public:
    /// `base` is null for a draft that starts empty.
    Draft(std::shared_ptr<Engine> engine, OpenContext context,
          std::shared_ptr<const OpenVersion> base, std::string name, std::string type);

    // draft_values.cpp
    Entry add(const Value& value, std::string_view name);

    // draft_files.cpp
    Entry add_file(const std::filesystem::path& path, std::string_view name,
                   const AddFileOptions& options);
    AddedFiles add_dir(const std::filesystem::path& path, std::string_view name,
                       const AddDirOptions& options);
    Entry new_file(std::string_view name, const std::function<void(std::ostream&)>& write);
    Entry add_bytes(std::span<const std::byte> bytes, std::string_view name);

    /// Stages what `write` writes: in memory, or in a temporary file if it is long.
    StoredBytes put_written(const std::function<void(std::ostream&)>& write) const;

    // draft_references.cpp
    std::vector<Entry> add_reference(std::string_view uri, std::string_view name,
                                     const AddReferenceOptions& options);
    Entry add_reference(const ArtifactContent& content, const Entry& entry, std::string_view name);

    // draft_removal.cpp
    std::uint64_t remove(std::string_view path);

    // draft.cpp
    Manifest manifest() const;
    /// Describes the version for Engine::commit, which does not change this draft.
    CommitRequest commit_request() const;
    const std::shared_ptr<Engine>& engine() const noexcept { return engine_; }
    const std::shared_ptr<const TypeRegistry>& types() const noexcept { return context_.types; }
    DraftStaging& storage() noexcept { return *storage_; }
    const std::string& name() const noexcept { return name_; }
    const std::string& type() const noexcept { return type_; }
    const Dialect& dialect() const noexcept { return *dialect_; }

    /// Of the version that the draft becomes.
    std::string description;
    Json metadata = Json::object();

    // What an AddSession needs (draft_values.cpp, draft_references.cpp). Each takes the lock.

    /// The entry at a path now.
    std::optional<Entry> find(std::string_view path) const;
    /// The entry at a path if it was added in this draft.
    std::optional<Entry> find_added(std::string_view path) const;
    /// The path of the entry of a local file, if it was added with these bytes.
    std::optional<std::string> find_local(std::string_view local_path, const Sha256& bytes) const;
    /// The entry of a value that was added before.
    std::optional<Entry> find_identity(std::uint64_t identity) const;
    /// Returns whether `content` is an artifact of this store, so that references to it are
    /// possible.
    bool is_of_this_store(const ArtifactContent& content) const;
    /// Returns a reference at `path` to the artifact at the end of the chain of references that
    /// begins at `entry`. The draft keeps the lease of `content` from now on.
    Entry reference_to(const ArtifactContent& content, const Entry& entry, std::string path);

private:
    friend class AddSession;
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

    // draft_values.cpp
    std::optional<Entry> add_again(const Value& value, const std::string& path);
    std::string artifact_type_of(const Value& value) const;
    PendingAdds prepare(const Value& value, const std::string& path);

    // draft_apply.cpp
    /// Adds all entries. Returns false, and does nothing, if other content has a shared path by
    /// now. Throws: AlreadyExists.
    bool apply(const PendingAdds& pending);
    bool has_free_paths(const PendingAdds& pending) const;
    Replacement replaced_by(const PendingAdds& pending, const There& there) const;
    /// Forgets the paths that replaced values name. Returns those that no value names any more.
    std::vector<std::string> release(const Replacement& replaced);
    void put_locked(const PendingAdds::Item& item, const std::optional<Entry>& there);
    Entry apply_one(Entry entry, const std::string* local_path);

    // draft_files.cpp
    Entry file_entry(const std::string& path, const StoredBytes& stored) const;
    /// Returns their number of bytes.
    std::uint64_t add_files(const std::filesystem::path& folder, std::string_view name,
                            std::span<const std::string> files, bool move);

    // draft_references.cpp
    std::shared_ptr<const ArtifactContent> find_source(std::string_view id);
    void hold(const std::shared_ptr<const OpenVersion>& version);

    // draft_removal.cpp
    void mirror(std::string_view name, const std::vector<std::string>& files);
    /// Fills `uses_`, once. Requires: the mutex is held.
    void require_uses();
    /// The paths that a value's JSON names.
    std::vector<std::string> names_of(const Entry& entry) const;
    /// Removes files that no value names any more, and files that only these named, except `keep`
    /// (sorted paths). Returns the number of entries removed.
    std::uint64_t sweep_locked(std::vector<std::string> unused,
                               const std::vector<std::string_view>& keep);
    /// Removes entries and the files that only they name, except `keep`. Returns the number of
    /// entries removed.
    std::uint64_t erase_locked(const std::vector<Entry>& entries,
                               const std::vector<std::string_view>& keep);
    bool is_file_of_values(const Entry& entry) const;

    const std::shared_ptr<Engine> engine_;
    const OpenContext context_;
    const FileMembers files_; ///< of the types of `context_`
    const std::shared_ptr<const OpenVersion> base_;
    const std::string name_;
    const std::string type_;
    const Dialect* const dialect_;
    const std::unique_ptr<DraftStaging> storage_;

    mutable std::mutex mutex_;
    // Guarded by mutex_.
    DraftEntries entries_;
    LocalPaths local_paths_;
    std::unordered_map<std::uint64_t, Known> identities_;
    std::optional<MediaUses> uses_;
    std::set<const OpenVersion*> held_;
    std::map<std::string, std::shared_ptr<const ArtifactContent>, std::less<>> sources_;
};

} // namespace vitrine
