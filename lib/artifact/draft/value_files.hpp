// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/entry.hpp>
#include <vitrine/value/dialect.hpp>

#include "artifact/draft/draft_entries.hpp"
#include "artifact/draft/media_uses.hpp"
#include "core/file_names.hpp"
#include "engine/commit/draft_staging.hpp"

#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// Tells which files of a draft its values name. It counts them when that is first asked, since
/// this reads the JSON of all values. One thread at a time.
class ValueFiles {
public:
    /// All must outlive this object.
    ValueFiles(const DraftStaging& staging, const FileMembers& members, const Dialect& dialect)
        : staging_(staging), members_(members), dialect_(dialect) {}

    /// Whether the names in a value's JSON are files of this draft. A reference to another artifact
    /// names the files of that one.
    static bool names_own_files(const Entry& entry) {
        return entry.value_type && entry.object && !entry.ref;
    }
    /// The files of this draft that a value's JSON names. Throws: InvalidFormat, IoError,
    /// DatabaseError.
    std::vector<std::string> names_of(const Entry& entry) const;
    /// Whether the path of an entry is one that values choose for their files.
    bool is_file_of_values(const Entry& entry) const;

    /// How many values of the draft name each file. Throws: as names_of.
    MediaUses& uses(const DraftEntries& entries);
    /// Takes note of an entry that was added to the draft. Throws: as names_of.
    void add(const Entry& entry);

private:
    MediaUses count(const DraftEntries& entries) const;
    void count(MediaUses& uses, std::vector<Entry> values) const;

    const DraftStaging& staging_;
    const FileMembers& members_;
    const Dialect& dialect_;
    std::optional<MediaUses> uses_;
};

} // namespace vitrine
