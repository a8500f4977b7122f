// SPDX-License-Identifier: MIT
#include "artifact/checkout/seen_files.hpp"

#include "artifact/content/artifact_content.hpp"
#include "engine/store/stat_entry.hpp"
#include "engine/store/stat_key.hpp"

#include <algorithm>
#include <iterator>

namespace vitrine {

void SeenFiles::add_written(const Entry& entry, const struct ::stat& status) {
    add(written_, entry, status);
}

void SeenFiles::add_read(const Entry& entry, const struct ::stat& status, std::int64_t start_ns) {
    if (is_settled(stat_key(status), start_ns)) {
        add(settled_, entry, status);
    }
}

void SeenFiles::add(std::vector<StatRow>& rows, const Entry& entry, const struct ::stat& status) {
    if (version_ && entry.object && has_md5(entry)) {
        const StatRow row{stat_key(status), *entry.object, Md5::parse_base64(entry.digest)};
        const std::lock_guard lock(mutex_);
        rows.push_back(row);
    }
}

void SeenFiles::settle() {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = clock_now_ns();
    std::ranges::copy_if(std::exchange(written_, {}), std::back_inserter(settled_),
                         [&](const StatRow& row) { return is_settled(row.key, now); });
}

void SeenFiles::enter() {
    std::vector<StatRow> rows;
    {
        const std::lock_guard lock(mutex_);
        rows = std::exchange(settled_, {});
    }
    if (version_) {
        enter_stats(version_->store(), rows);
    }
}

} // namespace vitrine
