// SPDX-License-Identifier: MIT
#include "engine/store/store_files.hpp"

#include <vitrine/core/error.hpp>

#include "core/hex.hpp"
#include "core/linkless.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <system_error>

namespace vitrine {

namespace fs = std::filesystem;

std::vector<fs::path> list_folder(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const FolderItem& item : list_linkless(folder)) {
        paths.push_back(folder / item.name);
    }
    return paths;
}

std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const FolderItem& item : list_linkless(folder)) {
        if (item.type == FolderItem::Type::folder) {
            paths.push_back(folder / item.name);
        }
    }
    return paths;
}

void remove_if_empty(const fs::path& folder, FileSystem& files) {
    if (list_linkless(folder).empty()) {
        files.remove(folder);
    }
}

std::optional<Sha256> digest_of_name(std::string_view name) {
    const bool hex = name.size() == 64 && is_lower_hex(name);
    return hex ? std::optional(Sha256::parse_hex(name)) : std::nullopt;
}

std::optional<std::uint64_t> record_number(const fs::path& path) {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const std::string stem = path.stem().native();
    std::uint64_t number = 0;
    const char* end = stem.data() + stem.size();
    const auto [stop, error] = std::from_chars(stem.data(), end, number);
    const bool canonical = path.extension() == ".json" && error == std::errc() && stop == end &&
                           std::to_string(number) == stem;
    return canonical && number < kMost ? std::optional(number) : std::nullopt;
}

bool is_temporary(const fs::path& path) {
    const std::string name = path.filename().native();
    return name.starts_with('.') && name.ends_with(".tmp");
}

} // namespace vitrine
