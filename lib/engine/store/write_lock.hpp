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

/// Takes the exclusive lock on `path`, waiting for those that hold it, in this process or another.
/// Tells `notice` after a second that it waits. Throws: Locked after `timeout`; Cancelled when
/// `stop` is requested while it waits.
FileLock wait_for_lock(const std::filesystem::path& path, std::chrono::milliseconds timeout,
                       const std::function<void(std::string_view)>& notice,
                       const std::stop_token& stop = {});

/// A turn at changing the store: the write lock, and the catalogue's write transaction inside of
/// it. The lock is held until the turn is over, also after the commit, for what must follow that.
/// A turn that ends without commit leaves the catalogue as it was.
class WriteTransaction {
public:
    /// Throws: Locked; InvalidArgument for a store that was opened read-only; Cancelled when `stop`
    /// is requested while it waits for another writer.
    explicit WriteTransaction(OpenStore& store, const std::stop_token& stop = {});

    /// Begins the transaction. A turn may have several, one after the other.
    void begin();
    void commit();
    /// Ends an open transaction without effect; nothing if there is none.
    void roll_back() noexcept { transaction_.reset(); }
    /// Commits a change of its own, durably. After it no transaction of a process that died while
    /// it committed can come back to life, so that a file without a row is a leftover for good.
    void settle();

private:
    OpenStore& store_;
    FileLock lock_;
    std::optional<Catalog::WriteTransaction> transaction_;
};

} // namespace vitrine
