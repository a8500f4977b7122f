// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "engine/store/file_lock.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>

namespace vitrine {

struct OpenStore;

/// Takes the exclusive lock on `path`. Waits for other holders, in this process or another; after a
/// second of waiting it calls `warn`, if there is one. Throws: Locked after `timeout`; Cancelled
/// when `stop` is requested; IoError.
FileLock wait_for_lock(const std::filesystem::path& path, std::chrono::milliseconds timeout,
                       const std::function<void(std::string_view)>& warn,
                       const std::stop_token& stop = {});

/// The store's write lock, and the catalogue's write transactions under it. The lock is held until
/// the destructor, also after a commit, for work that must follow the commit. A transaction that
/// was not committed leaves the catalogue as it was. One thread.
class WriteTransaction {
public:
    /// Takes the lock. Throws: Locked; InvalidArgument if the store was opened read-only; Cancelled
    /// when `stop` is requested while it waits for another writer.
    explicit WriteTransaction(OpenStore& store, const std::stop_token& stop = {});

    /// With the lock on the store's write.lock, which the caller took. Throws: InvalidArgument if
    /// the store was opened read-only.
    WriteTransaction(OpenStore& store, FileLock lock);

    /// Begins a transaction. There may be several, one after the other. Throws: DatabaseError.
    void begin();
    /// The same for one that a power cut may undo: what it writes only saves work.
    void begin_volatile();
    /// Throws: DatabaseError.
    void commit();
    /// Undoes an open transaction; does nothing if there is none.
    void roll_back() noexcept { transaction_.reset(); }
    /// Commits a change of its own, durably. After that, no transaction of a process that died
    /// during its commit can take effect any more: a file without a row stays untracked.
    /// Throws: DatabaseError.
    void fence();

private:
    OpenStore& store_;
    FileLock lock_;
    std::optional<Catalog::WriteTransaction> transaction_;
};

} // namespace vitrine
