// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/json.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// What kind of file holds bytes of the store. Frozen: the numbers are in the database.
enum class FileKind : int { loose = 0, manifest = 1, pack = 2 };

/// A file below objects/ or artifacts/. Marks of gc stand on files.
struct FileRow {
    std::int64_t id = 0;
    FileKind kind = FileKind::loose;
    Sha256 name; ///< of the loose object, the manifest file or the pack
    std::uint64_t size = 0;
    std::optional<std::uint64_t> mark; ///< the epoch in which gc found it unreached
};

/// Where an object's bytes lie.
struct ObjectRow {
    Sha256 sha256;
    std::uint64_t size = 0;
    FileRow file;
    std::uint64_t offset = 0; ///< in the file; 0 for a loose object
    bool damaged = false;
};

/// An object in a pack, and where it begins there.
struct PackedObject {
    Sha256 sha256;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;
};

/// A pack, and those of its objects that it is to serve.
struct PackRows {
    Sha256 name;
    std::uint64_t file_size = 0;
    std::vector<PackedObject> objects;
};

/// What gc has marked and not freed yet.
struct MarkedFiles {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::uint64_t youngest = 0; ///< the highest mark
};

/// A manifest of one content.
struct ManifestRow {
    Sha256 content;
    FileRow file;
    std::uint64_t entries = 0;
    std::uint64_t logical_bytes = 0; ///< sum of the sizes of its entries
    std::string digest;              ///< W&B's
    std::vector<Sha256> segments;    ///< newest first; objects
};

struct Dependency {
    std::string id;   ///< bytes
    std::string name; ///< "blood-cells:v0"
    Sha256 content;   ///< of the kept manifest
    bool operator==(const Dependency&) const = default;
};

/// What a version's record says; immutable.
struct VersionRow {
    std::int64_t row_id = 0;
    std::string name;
    std::uint64_t number = 0;
    std::string type;
    std::string id; ///< bytes
    Sha256 content;
    std::string digest;
    std::vector<Dependency> kept; ///< sorted by id
    Json metadata = Json::object();
    std::string description;
    std::string dialect;
    std::string created_at; ///< RFC 3339, UTC
    std::optional<std::string> run;
    /// Name and number of the version that the draft was made from.
    std::optional<std::pair<std::string, std::uint64_t>> base;
};

/// What may change of a name: its head.
struct HeadRow {
    std::string name;
    std::string type;
    std::uint64_t next_number = 0;
    std::vector<std::pair<std::string, std::uint64_t>> aliases; ///< sorted by alias
    bool operator==(const HeadRow&) const = default;
};

/// Which part a version had in a run. Frozen: the numbers are in the database.
enum class RunRole : int { used = 0, made = 1 };

/// A version that a run used or made, as it was called then; it may be removed by now.
struct RunVersionRow {
    std::string id; ///< bytes
    std::string name;
    std::uint64_t number = 0;
    bool operator==(const RunVersionRow&) const = default;
};

/// What the record of a run says.
struct RunRow {
    std::string id;
    std::string directory;
    std::string created_at;          ///< RFC 3339, UTC: when the store first heard of it
    std::vector<RunVersionRow> used; ///< in the order of their first use
    std::vector<RunVersionRow> made; ///< in the order of their first commit
    bool operator==(const RunRow&) const = default;
};

struct StatKey {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0;
    bool operator==(const StatKey&) const = default;
};

struct StatRow {
    StatKey key;
    Sha256 sha256;
    Md5 md5;
};

/// The SQLite index of a store: one connection in WAL mode, safe to use from many threads (calls
/// are serialised). It knows rows, not files; the order in which rows and files change is the
/// engine's business.
///
/// Reading members may be called at any time; they see the open transaction, if there is one.
/// Changing members throw unless a WriteTransaction is open. Throws: DatabaseError.
class Catalog {
public:
    /// Makes a new catalogue file; stamps it with the store's id. Not complete until
    /// set_complete. `flushes`: see open.
    static std::unique_ptr<Catalog> create(const std::filesystem::path& path,
                                           std::string_view store_id, bool flushes = true);
    /// Opens and migrates. Throws: NotAStore if the file, the id or the stamp `complete` is missing
    /// or differs ("run repair"); Unsupported for migrations of a newer vitrine.
    ///
    /// Without `flushes` nothing is ever flushed, not even when the journal is written into the
    /// database: the catalogue survives the death of the process, and not that of the machine.
    static std::unique_ptr<Catalog> open(const std::filesystem::path& path,
                                         std::string_view store_id, bool read_only,
                                         bool flushes = true);
    virtual ~Catalog() = default;

    /// BEGIN IMMEDIATE ... COMMIT; rolls back unless committed. `durable`: synchronous=FULL for
    /// this one (a power cut after commit cannot undo it), else NORMAL, or OFF for a connection
    /// that does not flush, for which a durable one is an error. The caller holds the
    /// store's write lock. While it is open, other threads' calls on this Catalog wait.
    class WriteTransaction {
    public:
        WriteTransaction(Catalog& catalog, bool durable);
        ~WriteTransaction();
        void commit();

    private:
        Catalog& catalog_;
        bool open_ = true;
    };
    /// A consistent view over several reads.
    class ReadTransaction {
    public:
        explicit ReadTransaction(Catalog& catalog);
        ~ReadTransaction();

    private:
        Catalog& catalog_;
    };

    virtual void set_complete() = 0;
    /// Whether SQLite finds the file in order. Reads all of it.
    virtual bool is_sound() = 0;

    // Epochs
    virtual std::uint64_t epoch() = 0;
    virtual std::uint64_t raise_epoch() = 0;
    /// For a catalogue that takes the place of another.
    virtual void set_epoch(std::uint64_t epoch) = 0;

    // Files and objects
    virtual std::optional<ObjectRow> find_object(const Sha256& sha256) = 0;
    /// The rows of many objects, in their order; nothing for one that has none.
    virtual std::vector<std::optional<ObjectRow>> find_objects(std::span<const Sha256> objects) = 0;
    /// present(object, draft) of STORE.md: a row, not damaged, no mark <= `epoch`.
    virtual bool present(const Sha256& sha256, std::uint64_t epoch) = 0;
    /// The same for several, in one consistent view.
    virtual std::vector<bool> present(std::span<const Sha256> objects, std::uint64_t epoch) = 0;
    /// Inserts or rewrites file and object rows of loose objects, sorted by digest for speed.
    virtual void
    put_loose_objects(const std::vector<std::pair<Sha256, std::uint64_t>>& objects) = 0;
    /// Inserts or rewrites the rows of packs and of their objects, sorted by digest for speed.
    virtual void put_packs(std::span<const PackRows> packs) = 0;
    virtual void set_damaged(const Sha256& sha256, bool damaged) = 0;
    virtual void for_each_object(const std::function<void(const ObjectRow&)>& visit) = 0;
    virtual std::optional<FileRow> find_file(FileKind kind, const Sha256& name) = 0;
    virtual void for_each_file(const std::function<void(const FileRow&)>& visit) = 0;
    virtual void set_mark(std::int64_t file_id, std::optional<std::uint64_t> mark) = 0;
    /// Clears the mark of the file that holds an object; false if there is no such row.
    virtual bool clear_mark(const Sha256& object) = 0;
    /// Removes the row of a file and of all objects (or the manifest) in it.
    virtual void remove_file(std::int64_t file_id) = 0;

    // What gc asks for and marks
    /// The objects that a file holds, by their digests.
    virtual void for_each_object_in(std::int64_t file_id,
                                    const std::function<void(const ObjectRow&)>& visit) = 0;
    /// The files that no row of an object or manifest names: another file has taken the place.
    virtual void for_each_orphan_row(const std::function<void(const FileRow&)>& visit) = 0;
    /// Each gives a file that bears no mark one, and tells whether it did: the one of that name,
    /// the one that holds a content's manifest, and one that is an orphan.
    virtual bool mark_file(FileKind kind, const Sha256& name, std::uint64_t epoch) = 0;
    virtual bool mark_manifest(const Sha256& content, std::uint64_t epoch) = 0;
    virtual bool mark_orphan(std::int64_t file_id, std::uint64_t epoch) = 0;
    /// Files whose mark is at most `limit`, the oldest marks first; at most `count` of them.
    virtual std::vector<FileRow> marked_files(std::uint64_t limit, std::size_t count) = 0;
    /// Files whose mark is greater than `limit`.
    virtual MarkedFiles count_marked_after(std::uint64_t limit) = 0;
    /// The content whose manifest the file is; nothing if it is none, or another is by now.
    virtual std::optional<Sha256> content_of(std::int64_t file_id) = 0;
    /// The digests from `first` to `last` that name an object, a file or a content, ascending; at
    /// most `count` of them.
    virtual std::vector<Sha256> digests_between(const Sha256& first, const Sha256& last,
                                                std::size_t count) = 0;

    // Manifests
    virtual std::optional<ManifestRow> find_manifest(const Sha256& content) = 0;
    virtual bool manifest_present(const Sha256& content, std::uint64_t epoch) = 0;
    /// Inserts or rewrites; the file's id in `row` is ignored.
    virtual void put_manifest(const ManifestRow& row) = 0;
    virtual void for_each_manifest(const std::function<void(const ManifestRow&)>& visit) = 0;

    // Versions, heads, aliases
    virtual std::vector<HeadRow> heads() = 0;
    virtual std::optional<HeadRow> find_head(std::string_view name) = 0;
    /// Inserts or replaces the head and its aliases.
    virtual void put_head(const HeadRow& head) = 0;
    virtual std::vector<std::uint64_t> version_numbers(std::string_view name) = 0; ///< ascending
    virtual std::optional<VersionRow> find_version(std::string_view name, std::uint64_t number) = 0;
    virtual std::optional<VersionRow> latest_version(std::string_view name) = 0;
    virtual std::optional<VersionRow> find_version_by_id(std::string_view id) = 0;
    /// Contents that live versions keep of a source id (own or kept).
    virtual std::vector<Sha256> dependency_contents_of(std::string_view id) = 0;
    virtual void put_version(const VersionRow& row) = 0;
    virtual void remove_version(std::string_view name, std::uint64_t number) = 0;
    virtual void for_each_version(const std::function<void(const VersionRow&)>& visit) = 0;

    // Runs
    virtual std::optional<RunRow> find_run(std::string_view id) = 0;
    /// The runs that used or made the version of that id, by their ids.
    virtual std::vector<std::string> runs_of(std::string_view version_id, RunRole role) = 0;
    /// Inserts or replaces a run and its versions.
    virtual void put_segment(const RunRow& row) = 0;
    virtual void for_each_run(const std::function<void(const RunRow&)>& visit) = 0;

    // Stat cache
    /// For each key what its file held when it was last read, if the file is the same and its
    /// object present in the eyes of a draft of that epoch. One consistent view for all of them.
    virtual std::vector<std::optional<StatRow>> find_stats(std::span<const StatKey> keys,
                                                           std::uint64_t epoch) = 0;
    virtual void put_stats(const std::vector<StatRow>& rows) = 0;

protected:
    virtual void begin_write(bool durable) = 0;
    virtual void commit_write() = 0;
    virtual void rollback() noexcept = 0;
    virtual void begin_read() = 0;
    virtual void end_read() noexcept = 0;
};

} // namespace vitrine
