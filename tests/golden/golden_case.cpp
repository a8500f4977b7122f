// SPDX-License-Identifier: MIT
#include "golden/golden_case.hpp"

#include "core/file_system.hpp"
#include "support/paths.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace fs = std::filesystem;

namespace vitrine::golden {

namespace {

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

struct InputFile {
    std::string_view test_case;
    std::string_view path;
    std::string_view other = "";
};

/// Empty folders of inputs, which Git does not store.
constexpr InputFile kEmptyFolders[] = {{"files_add_dir", "tree/emptydir"},
                                       {"image_errors", "dir.png"}};

/// Symbolic links, which are stored as copies of their targets.
constexpr InputFile kLinks[] = {{"files_add_dir", "tree/link.txt", "../elsewhere/target.txt"},
                                {"files_add_dir", "tree/linkdir", "../elsewhere"},
                                {"ref_local_dir_relative", "t/ld", "../u"},
                                {"ref_local_dir_relative", "t/lf", "../u/x"}};

/// Files that a case rewrites. They are stored as they were afterwards; `other` is the original.
constexpr InputFile kRewritten[] = {{"image_changed_after_construct", "i.png", "original.png"}};

/// Restores the input to what the SDK read.
void restore_input(const std::string& name, const fs::path& input) {
    for (const auto& file : kEmptyFolders) {
        if (file.test_case == name) {
            fs::create_directories(input / file.path);
        }
    }
    for (const auto& file : kLinks) {
        if (file.test_case == name) {
            fs::remove(input / file.path);
            fs::create_symlink(file.other, input / file.path);
        }
    }
    for (const auto& file : kRewritten) {
        if (file.test_case == name) {
            fs::copy_file(input / file.other, input / file.path,
                          fs::copy_options::overwrite_existing);
        }
    }
}

} // namespace

const Json& GoldenCase::artifact(std::string_view artifact) const {
    for (const auto& record : json.at("artifacts")) {
        if (record.at("artifact") == artifact) {
            return record;
        }
    }
    throw std::runtime_error(name + " has no artifact " + std::string(artifact));
}

fs::path GoldenCase::folder(std::string_view artifact) const {
    return artifact == "a" ? data : data / artifact;
}

std::string GoldenCase::text(const fs::path& path) const {
    return replace_all(read_file(path), "/golden/", root_ + "/");
}

fs::path golden_dir() {
    return test::test_data_dir() / "golden";
}

std::vector<std::string> case_names() {
    const char* chosen = std::getenv("VITRINE_GOLDEN_CASES");
    const std::string wanted = chosen == nullptr ? "" : "," + std::string(chosen) + ",";
    std::vector<std::string> names;
    for (const auto& item : fs::directory_iterator(golden_dir())) {
        const std::string name = item.path().filename().string();
        if (item.is_directory() &&
            (wanted.empty() || wanted.find("," + name + ",") != wanted.npos)) {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

GoldenCase load_case(const std::string& name, const fs::path& root) {
    GoldenCase loaded;
    loaded.name = name;
    loaded.data = golden_dir() / name;
    loaded.root_ = root.native();
    loaded.input = root / name / "input";
    fs::create_directories(loaded.input);
    if (fs::exists(loaded.data / "input")) {
        fs::copy(loaded.data / "input", loaded.input,
                 fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    }
    restore_input(name, loaded.input);
    loaded.json = parse_json(loaded.text(loaded.data / "case.json"));
    return loaded;
}

Json argument(const Json& step, std::size_t index, const char* name) {
    if (step.contains("args") && step.at("args").size() > index) {
        return step.at("args").at(index);
    }
    const Json named = step.value("kwargs", Json::object());
    return named.value(name, Json(nullptr));
}

std::set<std::string> files_below(const fs::path& folder) {
    std::set<std::string> files;
    if (!fs::exists(folder)) {
        return files;
    }
    for (const auto& item : fs::recursive_directory_iterator(
             folder, fs::directory_options::follow_directory_symlink)) {
        if (item.is_regular_file()) {
            files.insert(item.path().lexically_relative(folder).native());
        }
    }
    return files;
}

WorkingDirectory::WorkingDirectory(const fs::path& path) : before_(fs::current_path()) {
    fs::current_path(path);
}

WorkingDirectory::~WorkingDirectory() {
    std::error_code ignored;
    fs::current_path(before_, ignored);
}

} // namespace vitrine::golden
