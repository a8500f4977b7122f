// SPDX-License-Identifier: MIT
#include "artifact/checkout/given_back.hpp"

#include <vitrine/core/error.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace vitrine {

namespace {

/// Whether the file that serves an object is there, with its size.
bool has_file(const ObjectStore& objects, const ObjectRow& row) {
    const std::filesystem::path path = row.file.kind == FileKind::pack
                                           ? objects.pack_path(row.file.name)
                                           : objects.loose_path(row.sha256);
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    return !error && size == row.file.size;
}

} // namespace

bool GivenBack::has(const Sha256& object) {
    return version_ && is_stored(object) && is_reached(object);
}

bool GivenBack::is_stored(const Sha256& object) const {
    OpenStore& store = version_->store();
    const auto row = store.readers.borrow()->objects.find(object);
    return row && !row->damaged && has_file(store.objects, *row);
}

bool GivenBack::is_reached(const Sha256& object) {
    const std::lock_guard lock(mutex_);
    if (!of_name_) {
        const std::string& name = version_->record().name;
        of_name_ = reached_by([&](const VersionRow& row) { return row.name == name; });
    }
    if (std::ranges::binary_search(*of_name_, object)) {
        return true;
    }
    if (!of_all_) {
        of_all_ = reached_by({});
    }
    return std::ranges::binary_search(*of_all_, object);
}

GivenBack::Objects GivenBack::reached_by(const LiveSet::Choose& choose) const {
    OpenStore& store = version_->store();
    LiveSet live(store);
    try {
        live.add_versions(*store.readers.borrow(), {}, choose);
    } catch (const Error& error) {
        // What a damaged manifest names may not come back: it counts as not given back.
        if (error.code() != ErrorCode::Corruption && error.code() != ErrorCode::NotFound) {
            throw;
        }
    }
    Objects objects;
    live.objects().for_each(
        [&](const SortedDigests::Item& item) { objects.push_back(item.digest); });
    return objects;
}

std::vector<std::optional<Sha256>> GivenBack::known_digests(std::span<const StatKey> keys) const {
    std::vector<std::optional<Sha256>> digests(keys.size());
    if (!version_ || keys.empty()) {
        return digests;
    }
    const auto rows = version_->store().readers.borrow()->stats.find(keys, version_->lease_epoch());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i]) {
            digests[i] = rows[i]->sha256;
        }
    }
    return digests;
}

} // namespace vitrine
