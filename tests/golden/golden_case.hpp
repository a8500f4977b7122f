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

/// A folder of tests/data/golden (see its README.md): the input of the SDK and its results.
struct GoldenCase {
    std::string name;
    std::filesystem::path data;  ///< the folder as it is stored
    std::filesystem::path input; ///< a copy of its input/, which a test may change
    /// case.json; "/golden/" in it is the folder that `input` was copied to.
    Json json;

    /// The record of an artifact. Throws: std::runtime_error.
    const Json& artifact(std::string_view artifact) const;
    /// The folder with the files of an artifact of the case.
    std::filesystem::path folder(std::string_view artifact) const;
    /// A text file of the case, with "/golden/" replaced in it.
    std::string text(const std::filesystem::path& path) const;

private:
    friend GoldenCase load_case(const std::string&, const std::filesystem::path&);
    std::string root_;
};

/// The folder of all cases.
std::filesystem::path golden_dir();
/// All cases, by name; only those that VITRINE_GOLDEN_CASES=a,b names, if it is set.
std::vector<std::string> case_names();
/// Copies the input to `root`/<name>/input, so that `root` takes the place of the SDK's /golden.
GoldenCase load_case(const std::string& name, const std::filesystem::path& root);

/// The argument of a step with this index or name; null if there is none.
Json argument(const Json& step, std::size_t place, const char* name);

/// Paths of all files below a folder, relative to it, with links followed; empty if there is no
/// such folder.
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
