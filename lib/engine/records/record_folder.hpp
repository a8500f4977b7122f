// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "engine/store/open_store.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// The folder of one name below records/. Only the holder of the write lock changes it; what is
/// written is durable when a member returns.
class RecordFolder {
public:
    RecordFolder(OpenStore& store, std::string name) : store_(store), name_(std::move(name)) {}

    void write_record(const VersionRow& row) const;
    /// Fine if it is not there.
    void remove_record(std::uint64_t number) const;
    void write_head(const HeadRow& head) const;
    /// Makes removals durable.
    void flush() const;

private:
    void write(const std::filesystem::path& path, std::string_view text) const;

    OpenStore& store_;
    std::string name_;
};

/// Gives the alias to a version; it moves there from another.
void set_alias(HeadRow& head, const std::string& alias, std::uint64_t number);

/// Throws: Conflict unless no version of the name lives, or they have this type.
void require_type(Catalog& catalog, std::string_view name, std::string_view type);

} // namespace vitrine
