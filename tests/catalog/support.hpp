// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "core/file_system.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

inline constexpr const char* kStoreId = "00112233445566778899aabbccddeeff";

/// A complete, empty catalogue in a folder of its own.
struct CatalogFixture {
    TemporaryDirectory folder;
    std::filesystem::path path = folder.path() / "catalog.sqlite";
    std::unique_ptr<Catalog> catalog = make(path);

    static std::unique_ptr<Catalog> make(const std::filesystem::path& path) {
        auto made = Catalog::create(path, kStoreId);
        Catalog::WriteTransaction transaction(*made, true);
        made->set_complete();
        transaction.commit();
        return made;
    }

    /// Runs `change` in a transaction of its own.
    template <class Change>
    void write(const Change& change) {
        Catalog::WriteTransaction transaction(*catalog, false);
        change();
        transaction.commit();
    }
};

/// A version row in which no field is empty.
inline VersionRow version(const std::string& name, std::uint64_t number) {
    VersionRow row;
    row.name = name;
    row.number = number;
    row.type = "dataset";
    row.id = name + std::string("\0\xff:", 3) + std::to_string(number);
    row.content = sha256_of("content of " + row.id);
    row.digest = "64e7c61456b10382e2f3b571ac24b659";
    row.dependencies = {{"a\0b", "cells:v0", sha256_of("first")},
                        {"b", "cells:v1", sha256_of("second")}};
    row.metadata = Json{{"zeta", 1}, {"alpha", {1.5, nullptr, "\u00e4"}}};
    row.description = "a 'quoted' description";
    row.dialect = "wandb-0.10";
    row.created_at = "2024-05-06T07:08:09Z";
    row.run = "run-1";
    row.base.emplace(name, 41);
    return row;
}

/// Objects with the numbers from 0 on as their bytes.
inline std::vector<std::pair<Sha256, std::uint64_t>> objects(int count) {
    std::vector<std::pair<Sha256, std::uint64_t>> made;
    for (int index = 0; index < count; ++index) {
        made.emplace_back(sha256_of(std::to_string(index)), static_cast<std::uint64_t>(index));
    }
    return made;
}

/// The row of a manifest whose digests `seed` decides.
inline ManifestRow manifest(const std::string& seed, std::vector<Sha256> segments) {
    ManifestRow row;
    row.content = sha256_of("content " + seed);
    row.file.kind = FileKind::manifest;
    row.file.name = sha256_of("file " + seed);
    row.file.size = 321;
    row.entries = 7;
    row.logical_bytes = 12345678901;
    row.digest = "a00c2239f036fb656c1dcbf9a32d89b4";
    row.segments = std::move(segments);
    return row;
}

} // namespace vitrine::test
