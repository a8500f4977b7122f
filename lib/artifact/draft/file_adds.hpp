// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/value/type_registry.hpp>

#include "artifact/draft/draft_table.hpp"
#include "engine/commit/draft_staging.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

/// Adds files to a draft: the members of ArtifactBuilder of the same names. Safe to use from many
/// threads.
class FileAdds {
public:
    /// All must outlive this object.
    FileAdds(DraftStaging& staging, DraftTable& table, const TypeRegistry& types)
        : staging_(staging), table_(table), types_(types) {}

    Entry add_file(const std::filesystem::path& path, std::string_view name,
                   const AddFileOptions& options);
    AddedFiles add_dir(const std::filesystem::path& path, std::string_view name,
                       const AddDirOptions& options);
    Entry new_file(std::string_view name, const std::function<void(std::ostream&)>& write);
    Entry add_bytes(std::span<const std::byte> bytes, std::string_view name);

private:
    /// The entry of a file, which may be the JSON of a value.
    Entry entry_of(const std::string& path, const StoredBytes& stored) const;
    /// Returns their number of bytes.
    std::uint64_t add_files(const std::filesystem::path& folder, std::string_view name,
                            std::span<const std::string> files, bool move);

    DraftStaging& staging_;
    DraftTable& table_;
    const TypeRegistry& types_;
};

} // namespace vitrine
