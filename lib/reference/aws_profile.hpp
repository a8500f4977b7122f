// SPDX-License-Identifier: MIT
#pragma once

#include "reference/environment.hpp"

#include <map>
#include <string>
#include <string_view>

namespace vitrine {

/// The sections of an AWS file with their settings. Section names are as written, keys in lower
/// case.
using AwsSections = std::map<std::string, std::map<std::string, std::string>>;

/// Parses the INI form of AWS's files: "[section]", "key = value", and comments with '#' or ';' at
/// the start of a line or after a blank. Ignores indented lines (nested settings).
AwsSections parse_aws_file(std::string_view text);

/// The settings of the chosen profile (`AWS_PROFILE`, `AWS_DEFAULT_PROFILE`, else "default"). The
/// credentials file overrides the config file.
struct AwsProfile {
    std::string name;
    std::map<std::string, std::string> settings;

    /// Throws: InvalidArgument if a named profile is in neither file; IoError.
    static AwsProfile load(const Environment& environment);

    /// Returns "" if the key is not set.
    std::string get(const std::string& key) const;
};

} // namespace vitrine
