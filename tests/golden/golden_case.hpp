// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::golden {

/// A folder of tests/data/golden (see its README.md): what the SDK was given and what it did.
struct GoldenCase {
    std::string name;
    std::filesystem::path data;  ///< the folder as it is kept
    std::filesystem::path input; ///< a copy of its input/, which a test may change
    /// case.json; "/golden/" in it is the folder that `input` was copied to.
    Json json;

    /// The record of an artifact. Throws: std::runtime_error.
    const Json& artifact(std::string_view artifact) const;
    /// Where the files of an artifact of the case lie.
    std::filesystem::path folder(std::string_view artifact) const;
    /// A text file of the case, with "/golden/" replaced in it.
    std::string text(const std::filesystem::path& path) const;

private:
    friend GoldenCase load_case(const std::string&, const std::filesystem::path&);
    std::string root_;
};

/// The folder of all cases.
std::filesystem::path golden_dir();
/// All that are kept, by name; of these only the ones that VITRINE_GOLDEN_CASES=a,b names, if it
/// is set, for who works on one.
std::vector<std::string> case_names();
/// Copies the input to `root`/<name>/input, so that `root` stands for the SDK's /golden.
GoldenCase load_case(const std::string& name, const std::filesystem::path& root);

/// The argument of a step at a place, or of a name; null if there is none.
Json argument(const Json& step, std::size_t place, const char* name);

/// Paths of all files below a folder, relative to it, links followed; empty if it is not there.
std::set<std::string> files_below(const std::filesystem::path& folder);

/// Changes the working directory for as long as it lives, since the SDK's paths are relative.
class WorkingDirectory {
public:
    explicit WorkingDirectory(const std::filesystem::path& path);
    ~WorkingDirectory();
    WorkingDirectory(const WorkingDirectory&) = delete;
    WorkingDirectory& operator=(const WorkingDirectory&) = delete;

private:
    std::filesystem::path before_;
};

} // namespace vitrine::golden
