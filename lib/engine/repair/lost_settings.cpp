// SPDX-License-Identifier: MIT
#include "engine/repair/lost_settings.hpp"

#include <vitrine/core/error.hpp>

#include "catalog/catalog.hpp"
#include "core/file_system.hpp"
#include "core/hex.hpp"
#include "core/linkless.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIdDigits = 32;

bool has_store_files(const StoreLayout& layout) {
    return fs::exists(layout.records()) || fs::exists(layout.objects());
}

/// What follows `"<key>": ` in a text that may be damaged; empty if the key is not there.
std::string_view text_after(std::string_view text, std::string_view key) {
    const std::string wanted = concat('"', key, "\": ");
    const std::size_t at = text.find(wanted);
    return at == std::string_view::npos ? std::string_view() : text.substr(at + wanted.size());
}

std::string text_member(std::string_view text, std::string_view key) {
    const std::string_view value = text_after(text, key);
    const std::size_t end = value.starts_with('"') ? value.find('"', 1) : std::string_view::npos;
    return end == std::string_view::npos ? std::string() : std::string(value.substr(1, end - 1));
}

std::uint64_t pack_limit_in(std::string_view text) {
    const std::string_view value = text_after(text, "pack_limit");
    std::uint64_t limit = kDefaultPackLimit;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
    return error == std::errc() && limit <= kMaxPackLimit ? limit : kDefaultPackLimit;
}

/// The dialects of the versions; none if the catalogue cannot be read.
std::set<std::string> dialects_of(const StoreLayout& layout, const std::string& id) {
    std::set<std::string> dialects;
    const Problem ignored = problem_of([&] {
        const auto catalog = Catalog::open(layout.catalog(), id, true);
        catalog->versions.for_each([&](const VersionRow& row) { dialects.insert(row.dialect); });
    });
    return dialects;
}

StoreSettings settings_of_remains(const StoreLayout& layout, std::string_view text) {
    StoreSettings settings;
    const std::optional<std::string> id = Catalog::id_in(layout.catalog());
    settings.store_id = id.value_or(text_member(text, "store"));
    if (settings.store_id.size() != kIdDigits || !is_lower_hex(settings.store_id)) {
        settings.store_id = random_name();
    }
    settings.dialect = text_member(text, "dialect");
    const std::set<std::string> dialects = dialects_of(layout, settings.store_id);
    if (!dialects.empty() && !dialects.contains(settings.dialect)) {
        settings.dialect = *dialects.rbegin(); // a bit of the text has changed
    }
    settings.durability =
        text_member(text, "durability") == "fast" ? Durability::fast : Durability::safe;
    settings.pack_limit = pack_limit_in(text);
    return settings;
}

} // namespace

FoundSettings find_settings(const StoreLayout& layout) {
    try {
        return {read_settings(layout), std::nullopt};
    } catch (Error& error) {
        const bool is_store = has_store_files(layout);
        if (error.code() == ErrorCode::NotAStore && is_store) {
            throw Error(ErrorCode::NotAStore,
                        concat(error.what(), ", but it has other files of a store: restore a copy "
                                             "of vitrine.json or, if the store was never "
                                             "completed, make it again with 'vitrine init'"));
        }
        const bool is_damaged =
            error.code() == ErrorCode::InvalidFormat || error.code() == ErrorCode::Corruption;
        if (!is_damaged || !is_store) {
            throw;
        }
        return {settings_of_remains(layout, read_linkless(layout.settings())), error.what()};
    }
}

} // namespace vitrine
