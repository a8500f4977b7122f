// SPDX-License-Identifier: MIT
#include "engine/records/record_folder.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/records/records.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

void RecordFolder::write(const std::filesystem::path& path, std::string_view text) const {
    write_file_atomically(store_.files(), path, text, store_.durable());
}

void RecordFolder::create() const {
    store_.files().create_directories(store_.layout.record_folder(name_));
}

void RecordFolder::write_record(const VersionRow& row) const {
    // If the folder exists, a crash may have left it, and its name may not be durable: flush it
    // too.
    create();
    store_.flush_folders({store_.layout.records()});
    write(store_.layout.record(name_, row.number), render_record(row));
}

void RecordFolder::write_head(const HeadRow& head) const {
    write(store_.layout.head(name_), render_head(head));
}

void RecordFolder::remove_record(std::uint64_t number) const {
    store_.files().remove(store_.layout.record(name_, number));
}

void RecordFolder::flush() const {
    store_.flush_folders({store_.layout.record_folder(name_)});
}

void set_alias(HeadRow& head, const std::string& alias, std::uint64_t number) {
    const auto known = std::lower_bound(
        head.aliases.begin(), head.aliases.end(), alias,
        [](const auto& item, const std::string& wanted) { return item.first < wanted; });
    if (known != head.aliases.end() && known->first == alias) {
        known->second = number;
    } else {
        head.aliases.emplace(known, alias, number);
    }
}

void require_type(Catalog& catalog, std::string_view name, std::string_view type) {
    const std::optional<VersionRow> latest = catalog.versions.find_latest(name);
    if (latest && latest->type != type) {
        throw Error(ErrorCode::Conflict, concat("artifact ", quoted(name), " has type ",
                                                quoted(latest->type), ", got ", quoted(type)));
    }
}

} // namespace vitrine
