// SPDX-License-Identifier: MIT
#include "changes.hpp"

namespace vitrine::tool {

Changes compare(const Manifest& before, const Manifest& after) {
    Changes changes;
    auto old_entries = before.entries();
    auto new_entries = after.entries();
    auto old_entry = old_entries.begin();
    auto new_entry = new_entries.begin();
    while (old_entry != old_entries.end() || new_entry != new_entries.end()) {
        const bool old_left = old_entry != old_entries.end();
        const bool new_left = new_entry != new_entries.end();
        if (!new_left || (old_left && old_entry->path < new_entry->path)) {
            ++changes.removed;
            ++old_entry;
        } else if (!old_left || new_entry->path < old_entry->path) {
            ++changes.added;
            ++new_entry;
        } else {
            changes.changed += *old_entry == *new_entry ? 0 : 1;
            ++old_entry;
            ++new_entry;
        }
    }
    return changes;
}

} // namespace vitrine::tool
