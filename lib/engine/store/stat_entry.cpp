// SPDX-License-Identifier: MIT
#include "engine/store/stat_entry.hpp"

#include "engine/store/open_store.hpp"
#include "engine/store/write_lock.hpp"

#include <exception>
#include <utility>

namespace vitrine {

void enter_stats(OpenStore& store, const std::vector<StatRow>& rows) noexcept {
    if (rows.empty() || store.options.read_only) {
        return;
    }
    try {
        auto lock = FileLock::try_take(store.layout.write_lock(), FileLock::Mode::Exclusive);
        if (!lock) {
            return;
        }
        WriteTransaction transaction(store, *std::move(lock));
        transaction.begin_volatile();
        store.catalog->stats.put(rows);
        transaction.commit();
    } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
        // The files are read again next time.
    }
}

} // namespace vitrine
