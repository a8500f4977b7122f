// SPDX-License-Identifier: MIT
#pragma once

#include "reference/environment.hpp"

#include <map>
#include <string>
#include <string_view>

namespace vitrine {

/// Sections of an AWS file, each with its settings; names are as written, keys in lower case.
using AwsSections = std::map<std::string, std::map<std::string, std::string>>;

/// Reads the INI form of AWS's files: "[section]", "key = value", comments with '#' or ';' at the
/// start of a line or after a blank. Indented lines (nested settings) are passed over.
AwsSections parse_aws_file(std::string_view text);

/// The settings of the chosen profile (`AWS_PROFILE`, `AWS_DEFAULT_PROFILE`, else "default") out
/// of the config file and the credentials file, which goes before.
struct AwsProfile {
    std::string name;
    std::map<std::string, std::string> settings;

    /// Throws: InvalidArgument for a profile that was named and is in neither file; IoError.
    static AwsProfile load(const Environment& environment);

    /// "" where it is not set.
    std::string get(const std::string& key) const;
};

} // namespace vitrine
