// SPDX-License-Identifier: MIT
#include "reference/environment.hpp"

#include <cstdlib>

namespace vitrine {

namespace {

std::optional<std::string> of_process(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

} // namespace

Environment::Environment(const RemoteOptions& options)
    : find_(options.environment ? options.environment : of_process) {}

std::optional<std::string> Environment::find(const std::string& name) const {
    auto value = find_(name);
    return value && !value->empty() ? value : std::nullopt;
}

std::optional<std::string> Environment::first_of(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
        if (auto value = find(name)) {
            return value;
        }
    }
    return std::nullopt;
}

std::optional<std::filesystem::path> Environment::in_home(const std::filesystem::path& path) const {
    const auto home = find("HOME");
    return home ? std::optional(std::filesystem::path(*home) / path) : std::nullopt;
}

} // namespace vitrine
