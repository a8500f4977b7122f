// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/reference/remote_options.hpp>

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>

namespace vitrine {

/// The environment variables that RemoteOptions provide. An empty variable counts as not set.
class Environment {
public:
    explicit Environment(const RemoteOptions& options);

    std::optional<std::string> find(const std::string& name) const;
    /// Returns the value of the first of these variables that is set.
    std::optional<std::string> first_of(std::initializer_list<const char*> names) const;
    /// Returns a path in the user's home folder; nullopt if there is no home folder.
    std::optional<std::filesystem::path> in_home(const std::filesystem::path& path) const;

private:
    std::function<std::optional<std::string>(const std::string&)> find_;
};

} // namespace vitrine
