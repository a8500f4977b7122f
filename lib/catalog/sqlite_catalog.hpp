// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "catalog/sqlite.hpp"

#include <mutex>

namespace vitrine {

/// The one Catalog there is. Every call takes the mutex, which a transaction holds from its start
/// to its end; it is recursive, so that the transaction's own thread gets through.
class SqliteCatalog final : public Catalog {
public:
    SqliteCatalog(const std::filesystem::path& path, sqlite::Mode mode, bool flushes);

    /// What create does after the file is made, and open after it is found.
    void stamp_new(std::string_view store_id);
    void check_stamp(std::string_view store_id);

    void set_complete() override;
    bool is_sound() override;

    std::uint64_t epoch() override;
    std::uint64_t raise_epoch() override;
    void set_epoch(std::uint64_t epoch) override;

    std::optional<ObjectRow> find_object(const Sha256& sha256) override;
    std::vector<std::optional<ObjectRow>> find_objects(std::span<const Sha256> objects) override;
    bool present(const Sha256& sha256, std::uint64_t epoch) override;
    std::vector<bool> present(std::span<const Sha256> objects, std::uint64_t epoch) override;
    void put_loose_objects(const std::vector<std::pair<Sha256, std::uint64_t>>& objects) override;
    void put_packs(std::span<const PackRows> packs) override;
    void set_damaged(const Sha256& sha256, bool damaged) override;
    void for_each_object(const std::function<void(const ObjectRow&)>& visit) override;
    std::optional<FileRow> find_file(FileKind kind, const Sha256& name) override;
    void for_each_file(const std::function<void(const FileRow&)>& visit) override;
    void set_mark(std::int64_t file_id, std::optional<std::uint64_t> mark) override;
    bool clear_mark(const Sha256& object) override;
    void remove_file(std::int64_t file_id) override;

    void for_each_object_in(std::int64_t file_id,
                            const std::function<void(const ObjectRow&)>& visit) override;
    void for_each_orphan_row(const std::function<void(const FileRow&)>& visit) override;
    bool mark_file(FileKind kind, const Sha256& name, std::uint64_t epoch) override;
    bool mark_manifest(const Sha256& content, std::uint64_t epoch) override;
    bool mark_orphan(std::int64_t file_id, std::uint64_t epoch) override;
    std::vector<FileRow> marked_files(std::uint64_t limit, std::size_t count) override;
    MarkedFiles count_marked_after(std::uint64_t limit) override;
    std::optional<Sha256> content_of(std::int64_t file_id) override;
    std::vector<Sha256> digests_between(const Sha256& first, const Sha256& last,
                                        std::size_t count) override;

    std::optional<ManifestRow> find_manifest(const Sha256& content) override;
    bool manifest_present(const Sha256& content, std::uint64_t epoch) override;
    void put_manifest(const ManifestRow& row) override;
    void for_each_manifest(const std::function<void(const ManifestRow&)>& visit) override;

    std::vector<HeadRow> heads() override;
    std::optional<HeadRow> find_head(std::string_view name) override;
    void put_head(const HeadRow& head) override;
    std::vector<std::uint64_t> version_numbers(std::string_view name) override;
    std::optional<VersionRow> find_version(std::string_view name, std::uint64_t number) override;
    std::optional<VersionRow> latest_version(std::string_view name) override;
    std::optional<VersionRow> find_version_by_id(std::string_view id) override;
    std::vector<Sha256> dependency_contents_of(std::string_view id) override;
    void put_version(const VersionRow& row) override;
    void remove_version(std::string_view name, std::uint64_t number) override;
    void for_each_version(const std::function<void(const VersionRow&)>& visit) override;

    std::optional<RunRow> find_run(std::string_view id) override;
    std::vector<std::string> runs_of(std::string_view version_id, RunRole role) override;
    void put_segment(const RunRow& row) override;
    void for_each_run(const std::function<void(const RunRow&)>& visit) override;

    std::vector<std::optional<StatRow>> find_stats(std::span<const StatKey> keys,
                                                   std::uint64_t epoch) override;
    void put_stats(const std::vector<StatRow>& rows) override;

protected:
    void begin_write(bool durable) override;
    void commit_write() override;
    void rollback() noexcept override;
    void begin_read() override;
    void end_read() noexcept override;

private:
    using Lock = std::lock_guard<std::recursive_mutex>;

    /// Throws unless a write transaction is open. SQLite may have rolled it back after an error;
    /// going on would commit each further statement by itself.
    void require_write();
    std::optional<VersionRow> finish_version(sqlite::Query& query);
    std::vector<RunVersionRow> versions_of_run(std::string_view run, RunRole role);
    ManifestRow finish_manifest(const sqlite::Query& query);
    void set_durable(bool durable);
    void find_near_stats(std::span<const StatKey> keys, std::span<const std::size_t> order,
                         std::uint64_t epoch, std::vector<std::optional<StatRow>>& rows);

    std::recursive_mutex mutex_;
    sqlite::Connection database_;
    bool writing_ = false;
    bool flushes_;
    bool durable_ = false;
    int readers_ = 0; ///< read transactions of the thread that holds the mutex, inside each other
};

} // namespace vitrine
