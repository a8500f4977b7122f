// SPDX-License-Identifier: MIT
#include "engine/store/version_reference.hpp"

#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>

#include "core/artifact_name.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <charconv>

namespace vitrine {

namespace {

/// An error lists at most this many names or aliases.
constexpr std::size_t kMaxListed = 20;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_like_version(std::string_view text) {
    return text.size() > 1 && text.front() == 'v' &&
           std::all_of(text.begin() + 1, text.end(), is_digit);
}

/// The number of "v3"; nothing if no version can have that number.
std::optional<std::uint64_t> version_number(std::string_view text) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 1, end, number);
    if (error != std::errc() || stop != end || (text[1] == '0' && text.size() > 2)) {
        return std::nullopt;
    }
    return number;
}

} // namespace

void require_alias(std::string_view alias) {
    const auto is_bad = [](char c) {
        return c == '/' || c == ':' || (c >= '\0' && c < ' ') || c == '\x7f';
    };
    std::string_view problem;
    if (alias.empty()) {
        problem = "it is empty";
    } else if (alias.size() > kMaxNameBytes) {
        problem = "it is longer than 128 bytes";
    } else if (std::any_of(alias.begin(), alias.end(), is_bad) || !is_utf8(alias)) {
        problem = "it has '/', ':', a control character or bytes that are not UTF-8";
    } else if (alias == kLatest || is_like_version(alias)) {
        problem = "the store uses such names itself";
    }
    if (!problem.empty()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("not an alias: ", quoted(alias), ": ", problem));
    }
}

VersionReference parse_reference(std::string_view text) {
    VersionReference reference;
    const auto colon = text.find(':');
    reference.name = text.substr(0, colon);
    check_artifact_name(reference.name);
    if (colon == std::string_view::npos) {
        return reference;
    }
    const std::string_view version = text.substr(colon + 1);
    if (is_like_version(version)) {
        reference.number = version_number(version);
        if (!reference.number) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("not a version: ", quoted(text), " (expected such as 'name:v3')"));
        }
    } else if (version != kLatest) {
        require_alias(version);
        reference.alias = version;
    }
    return reference;
}

std::string version_name(std::string_view name, std::uint64_t number) {
    return concat(name, ":v", number);
}

namespace {

std::string join(const std::vector<std::string>& items) {
    std::string text;
    for (std::size_t i = 0; i < std::min(items.size(), kMaxListed); ++i) {
        text += (i == 0 ? "" : ", ") + items[i];
    }
    if (items.size() > kMaxListed) {
        text += concat(" and ", items.size() - kMaxListed, " more");
    }
    return text;
}

[[noreturn]] void throw_no_artifact(Catalog& catalog, std::string_view name) {
    std::vector<std::string> names;
    for (const HeadRow& head : catalog.versions.heads()) {
        if (catalog.versions.find_latest(head.name)) {
            names.push_back(quoted(head.name));
        }
    }
    throw Error(ErrorCode::NotFound,
                concat("no artifact ", quoted(name),
                       names.empty() ? ": the store is empty" : ": there are " + join(names)));
}

[[noreturn]] void throw_no_version(const VersionReference& reference,
                                   const std::vector<std::uint64_t>& numbers,
                                   const std::optional<HeadRow>& head) {
    std::vector<std::string> known;
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
        known.push_back(quoted(concat("v", *number)));
    }
    std::vector<std::string> aliases{quoted(kLatest)};
    if (head) {
        for (const auto& [alias, number] : head->aliases) {
            aliases.push_back(quoted(alias));
        }
    }
    const std::string wanted = reference.number ? concat("v", *reference.number) : reference.alias;
    throw Error(ErrorCode::NotFound,
                concat("artifact ", quoted(reference.name), " has no version ", quoted(wanted),
                       ": there are ", join(known), ", and the aliases ", join(aliases)));
}

} // namespace

std::uint64_t find_number(Catalog& catalog, const VersionReference& reference) {
    const std::vector<std::uint64_t> numbers = catalog.versions.numbers_of(reference.name);
    if (numbers.empty()) {
        throw_no_artifact(catalog, reference.name);
    }
    if (reference.is_latest()) {
        return numbers.back();
    }
    const std::optional<HeadRow> head = catalog.versions.find_head(reference.name);
    std::optional<std::uint64_t> number = reference.number;
    if (!number && head) {
        for (const auto& [alias, aliased] : head->aliases) {
            if (alias == reference.alias) {
                number = aliased;
            }
        }
    }
    if (!number || !std::binary_search(numbers.begin(), numbers.end(), *number)) {
        throw_no_version(reference, numbers, head);
    }
    return *number;
}

VersionRow find_referenced(Catalog& catalog, const VersionReference& reference) {
    const std::uint64_t number = find_number(catalog, reference);
    std::optional<VersionRow> row = catalog.versions.find(reference.name, number);
    if (!row) {
        throw Error(ErrorCode::Corruption,
                    concat("the catalogue lists ", quoted(version_name(reference.name, number)),
                           " but has no row for it: run 'vitrine repair'"));
    }
    return std::move(*row);
}

std::vector<std::string> aliases_of(Catalog& catalog, std::string_view name, std::uint64_t number) {
    std::vector<std::string> aliases;
    const std::vector<std::uint64_t> numbers = catalog.versions.numbers_of(name);
    if (!numbers.empty() && numbers.back() == number) {
        aliases.emplace_back(kLatest);
    }
    if (const auto head = catalog.versions.find_head(name)) {
        for (const auto& [alias, aliased] : head->aliases) {
            if (aliased == number) {
                aliases.push_back(alias);
            }
        }
    }
    return aliases;
}

} // namespace vitrine
