// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "engine/store/open_store.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// The folder of one name below records/. Only the holder of the write lock may change it. What a
/// member writes is durable when it returns. Throws: IoError.
class RecordFolder {
public:
    RecordFolder(OpenStore& store, std::string name) : store_(store), name_(std::move(name)) {}

    /// Creates the folder. Does nothing if it exists.
    void create() const;
    void write_record(const VersionRow& row) const;
    /// Does nothing if there is no such record. Not durable until flush().
    void remove_record(std::uint64_t number) const;
    void write_head(const HeadRow& head) const;
    /// Makes removals durable.
    void flush() const;

private:
    void write(const std::filesystem::path& path, std::string_view text) const;

    OpenStore& store_;
    std::string name_;
};

/// Sets an alias of a version. If another version has it, it moves from there.
void set_alias(HeadRow& head, const std::string& alias, std::uint64_t number);

/// Throws Conflict if the name has live versions, and they have another type.
void require_type(Catalog& catalog, std::string_view name, std::string_view type);

} // namespace vitrine
