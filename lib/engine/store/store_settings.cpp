// SPDX-License-Identifier: MIT
#include "engine/store/store_settings.hpp"

#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/linkless.hpp"
#include "core/text.hpp"
#include "engine/store/json_fields.hpp"
#include "engine/store/problem.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace vitrine {

namespace {

constexpr std::uint64_t kMaxSettingsBytes = std::uint64_t{1} << 20U;

bool is_store_id(std::string_view text) {
    return text.size() == 32 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

Durability parse_durability(const std::string& text) {
    if (text == "safe") {
        return Durability::safe;
    }
    if (text == "fast") {
        return Durability::fast;
    }
    throw Error(ErrorCode::InvalidFormat,
                concat("'/durability': expected 'safe' or 'fast', got ", quoted(text)));
}

/// Stores that are older than packs do not have the member.
std::uint64_t parse_pack_limit(const Json& json) {
    const std::uint64_t limit =
        json.contains("pack_limit") ? json_number(json, "pack_limit") : kDefaultPackLimit;
    if (limit > kMaxPackLimit) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("'/pack_limit': expected at most ", kMaxPackLimit, ", got ", limit));
    }
    return limit;
}

void require_known_format(const Json& json) {
    const std::uint64_t format = json_number(json, "format");
    if (format > kStoreFormat) {
        throw Error(ErrorCode::Unsupported, concat("the store has format ", format,
                                                   ", and this version of vitrine reads at most ",
                                                   kStoreFormat, ": use a newer one"));
    }
    if (format == 0) {
        throw Error(ErrorCode::InvalidFormat, "'/format': expected at least 1, got 0");
    }
}

/// Whether at most one digit of the number of the format is damaged: with today's number the digest
/// is right. Any other greater number is that of a newer format, which has rules of its own.
bool is_of_this_format(std::string_view text) {
    constexpr std::string_view kFormat = "\"format\": ";
    const std::size_t at = text.find(kFormat);
    const std::size_t end = at == std::string_view::npos ? at : text.find(',', at);
    if (end == std::string_view::npos || text.find("\"sha256\": ") == std::string_view::npos) {
        return false;
    }
    const std::string with_number =
        concat(text.substr(0, at), kFormat, kStoreFormat, text.substr(end));
    return with_number.size() == text.size() &&
           !problem_of([&] { parse_sealed_object(with_number); });
}

} // namespace

std::string render_settings(const StoreSettings& settings) {
    Json json = Json::object();
    json["format"] = kStoreFormat;
    json["store"] = settings.store_id;
    json["dialect"] = settings.dialect;
    json["durability"] = settings.durability == Durability::safe ? "safe" : "fast";
    json["pack_limit"] = settings.pack_limit;
    return seal_json_file(render_json_file(json));
}

StoreSettings parse_settings(std::string_view text) {
    const Json json = parse_json_object(text);
    if (!is_of_this_format(text)) {
        require_known_format(json);
    }
    parse_sealed_object(text);
    StoreSettings settings;
    settings.store_id = json_text(json, "store");
    if (!is_store_id(settings.store_id)) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("'/store': expected 32 hex digits, got ", quoted(settings.store_id)));
    }
    settings.dialect = json_text(json, "dialect");
    settings.durability = parse_durability(json_text(json, "durability"));
    settings.pack_limit = parse_pack_limit(json);
    return settings;
}

StoreSettings read_settings(const StoreLayout& layout) {
    try {
        return parse_settings(read_linkless(layout.settings(), kMaxSettingsBytes));
    } catch (Error& error) {
        std::error_code missing;
        if (!std::filesystem::exists(layout.settings(), missing)) {
            throw Error(ErrorCode::NotAStore, concat("no store at ", quoted(layout.root.native()),
                                                     ": it has no vitrine.json"));
        }
        error.add_context(concat("reading ", quoted(layout.settings().native())));
        throw;
    }
}

} // namespace vitrine
