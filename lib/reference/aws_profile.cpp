// SPDX-License-Identifier: MIT
#include "reference/aws_profile.hpp"

#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <optional>

namespace vitrine {

namespace {

constexpr std::uint64_t kProfileLimit = 4 * 1024 * 1024;
constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// Removes a comment after a value, which begins after a blank.
std::string_view without_comment(std::string_view value) {
    for (const std::string_view mark : {" #", " ;", "\t#", "\t;"}) {
        value = value.substr(0, value.find(mark));
    }
    return trimmed(value);
}

AwsSections read_sections(const std::optional<std::filesystem::path>& path) {
    std::error_code ignored; // A missing file is not an error.
    if (!path || !std::filesystem::is_regular_file(*path, ignored)) {
        return {};
    }
    return parse_aws_file(read_file(*path, kProfileLimit));
}

std::optional<std::filesystem::path> location_of(const Environment& environment,
                                                 const std::string& variable, const char* in_home) {
    if (auto named = environment.find(variable)) {
        return named;
    }
    return environment.in_home(in_home);
}

} // namespace

AwsSections parse_aws_file(std::string_view text) {
    AwsSections sections;
    std::map<std::string, std::string>* section = nullptr;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::string_view content = trimmed(line);
        if (content.empty() || content.front() == '#' || content.front() == ';') {
            continue;
        }
        if (content.front() == '[') {
            const std::string_view name = content.substr(1, content.find(']') - 1);
            section = &sections[std::string(trimmed(name))];
            continue;
        }
        const std::size_t equals = content.find('=');
        const bool is_nested = kBlanks.find(line.front()) != std::string_view::npos;
        if (is_nested || section == nullptr || equals == std::string_view::npos) {
            continue;
        }
        std::string key(trimmed(content.substr(0, equals)));
        std::ranges::transform(key, key.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        (*section)[key] = without_comment(content.substr(equals + 1));
    }
    return sections;
}

AwsProfile AwsProfile::load(const Environment& environment) {
    const auto named = environment.first_of({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"});
    AwsProfile profile;
    profile.name = named.value_or("default");
    AwsSections config = read_sections(location_of(environment, "AWS_CONFIG_FILE", ".aws/config"));
    AwsSections credentials =
        read_sections(location_of(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"));

    const std::string in_config = profile.name == "default" && !config.contains("profile default")
                                      ? profile.name
                                      : "profile " + profile.name;
    if (named && !config.contains(in_config) && !credentials.contains(profile.name)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("the AWS profile ", quoted(profile.name),
                           " is neither in the config file nor in the credentials file"));
    }
    profile.settings = std::move(credentials[profile.name]);
    profile.settings.merge(config[in_config]);
    return profile;
}

std::string AwsProfile::get(const std::string& key) const {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string() : found->second;
}

} // namespace vitrine
