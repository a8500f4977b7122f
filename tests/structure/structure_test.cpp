// SPDX-License-Identifier: MIT
// The rules of the source tree that no compiler checks: who may include whom, what public headers
// may show, and that every source is listed, licensed and of readable length.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;

namespace {

/// What each layer may include besides itself. Nothing points up: a layer's line names only layers
/// of lines above it (checked below), and what knows no values (object, catalog, engine) names
/// neither value nor media.
struct Layer {
    std::string_view name;
    std::vector<std::string_view> may_include;
};

const std::vector<Layer> kLayers = {
    {"core", {}},
    {"image", {"core"}},
    {"manifest", {"core"}},
    {"value", {"core"}},
    {"object", {"core", "manifest"}},
    {"catalog", {"core", "manifest"}},
    {"reference", {"core", "manifest"}},
    {"engine", {"core", "manifest", "object", "catalog"}},
    {"media", {"core", "image", "value"}},
    {"table", {"core", "image", "value", "media"}},
    {"builtin", {"core", "image", "value", "media", "table"}},
    {"artifact",
     {"core", "image", "manifest", "value", "object", "catalog", "reference", "engine", "media",
      "table", "builtin"}},
    {"store",
     {"core", "image", "manifest", "value", "object", "catalog", "reference", "engine", "media",
      "table", "builtin", "artifact"}},
    {"run",
     {"core", "image", "manifest", "value", "object", "catalog", "reference", "engine", "media",
      "table", "builtin", "artifact", "store"}},
    {"formats",
     {"core", "image", "manifest", "value", "object", "catalog", "reference", "engine", "media",
      "table", "builtin", "artifact", "store", "run"}},
    {"tools",
     {"core", "image", "manifest", "value", "object", "catalog", "reference", "engine", "media",
      "table", "builtin", "artifact", "store", "run", "formats"}},
};

constexpr std::size_t kMaxLines = 600;
/// Files that may be longer, each with its reason.
const std::map<std::string, std::string_view> kLongFiles = {};

struct SourceFile {
    std::string path; ///< below the root, with '/'
    std::string text;
};

fs::path source_root() {
    const char* root = std::getenv("VITRINE_SOURCE_ROOT");
    if (root == nullptr) {
        throw std::runtime_error("VITRINE_SOURCE_ROOT is not set: run the tests by 'meson test'");
    }
    return root;
}

std::string read_text(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw std::runtime_error("cannot read '" + path.string() + "'");
    }
    std::ostringstream text;
    text << stream.rdbuf();
    return std::move(text).str();
}

/// All files below `folder` whose extension is one of `extensions` (all if there are none), but
/// for test data, which is what others wrote.
std::vector<SourceFile> files_below(std::string_view folder,
                                    const std::set<std::string>& extensions) {
    std::vector<SourceFile> files;
    const fs::path root = source_root();
    for (const auto& item : fs::recursive_directory_iterator(root / folder)) {
        const std::string path = item.path().lexically_relative(root).generic_string();
        if (!item.is_regular_file() || path.starts_with("tests/data/")) {
            continue;
        }
        if (extensions.empty() || extensions.contains(item.path().extension().string())) {
            files.push_back({path, read_text(item.path())});
        }
    }
    std::sort(files.begin(), files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

std::vector<SourceFile> code_files() {
    std::vector<SourceFile> files;
    for (std::string_view folder : {"include", "lib", "tests", "tools"}) {
        const auto below = files_below(folder, {".cpp", ".hpp"});
        files.insert(files.end(), below.begin(), below.end());
    }
    return files;
}

struct Include {
    bool quoted = false;
    std::string path;
};

std::vector<Include> includes_of(const SourceFile& file) {
    constexpr std::string_view kDirective = "#include ";
    std::vector<Include> includes;
    std::istringstream lines(file.text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(kDirective)) {
            continue;
        }
        const std::string target = line.substr(kDirective.size());
        const auto end = target.find_first_of("\">", 1);
        REQUIRE_MESSAGE(end != std::string::npos, file.path << ": " << line);
        includes.push_back({target.front() == '"', target.substr(1, end - 1)});
    }
    return includes;
}

const Layer* find_layer(std::string_view name) {
    const auto found = std::find_if(kLayers.begin(), kLayers.end(),
                                    [&](const Layer& layer) { return layer.name == name; });
    return found == kLayers.end() ? nullptr : &*found;
}

/// The folder after `prefix` in a path: "lib/core/x.hpp" and "lib/" give "core".
std::optional<std::string> folder_after(std::string_view prefix, std::string_view path) {
    if (!path.starts_with(prefix)) {
        return std::nullopt;
    }
    path.remove_prefix(prefix.size());
    const auto slash = path.find('/');
    return slash == std::string_view::npos ? std::nullopt
                                           : std::optional(std::string(path.substr(0, slash)));
}

/// A header that is precompiled: no part of the library, it only makes compiling it faster.
bool is_precompiled(std::string_view path) {
    return path.find("/pch/") != std::string_view::npos;
}

/// The layer that a file belongs to; nothing for tests, which may include all.
std::optional<std::string> layer_of_file(const std::string& path) {
    if (is_precompiled(path)) {
        return std::nullopt;
    }
    if (path.starts_with("tools/")) {
        return "tools";
    }
    auto layer = folder_after("include/vitrine/", path);
    return layer ? layer : folder_after("lib/", path);
}

/// The layer that an include line names; nothing for third-party and standard headers and for
/// those of the same folder.
std::optional<std::string> layer_of_include(const Include& include) {
    if (include.quoted) {
        return folder_after("", include.path);
    }
    return folder_after("vitrine/", include.path);
}

std::size_t line_count(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("the layer map points only downwards") {
    for (std::size_t index = 0; index < kLayers.size(); ++index) {
        for (std::string_view lower : kLayers[index].may_include) {
            CAPTURE(kLayers[index].name);
            CAPTURE(lower);
            const Layer* found = find_layer(lower);
            REQUIRE(found != nullptr);
            CHECK(found - kLayers.data() < static_cast<std::ptrdiff_t>(index));
        }
    }
}

TEST_CASE("every folder of the library is a layer") {
    for (const char* parent : {"lib", "include/vitrine"}) {
        for (const auto& item : fs::directory_iterator(source_root() / parent)) {
            if (item.is_directory() && item.path().filename() != "pch") {
                CAPTURE(item.path().string());
                CHECK(find_layer(item.path().filename().string()) != nullptr);
            }
        }
    }
}

TEST_CASE("nothing includes a layer above its own") {
    std::size_t checked = 0;
    for (const auto& file : code_files()) {
        const auto from = layer_of_file(file.path);
        if (!from) {
            continue;
        }
        const Layer* layer = find_layer(*from);
        REQUIRE_MESSAGE(layer != nullptr, file.path << " is in no layer");
        for (const auto& include : includes_of(file)) {
            const auto to = layer_of_include(include);
            if (!to || *to == *from) {
                continue;
            }
            ++checked;
            const auto& allowed = layer->may_include;
            CHECK_MESSAGE(std::find(allowed.begin(), allowed.end(), *to) != allowed.end(),
                          file.path << " includes '" << include.path << "': " << *from
                                    << " may not know " << *to);
        }
    }
    CHECK(checked > 0);
}

TEST_CASE("public headers include only the standard library, vitrine and nlohmann/json") {
    const auto headers = files_below("include", {});
    CHECK_FALSE(headers.empty());
    for (const auto& header : headers) {
        CHECK_MESSAGE(header.path.ends_with(".hpp"), header.path << " would be installed");
        for (const auto& include : includes_of(header)) {
            INFO(header.path << " includes '" << include.path << "'");
            CHECK_FALSE(include.quoted);
            const bool standard = include.path.find_first_of("./") == std::string::npos;
            CHECK((standard || include.path.starts_with("vitrine/") ||
                   include.path.starts_with("nlohmann/")));
        }
    }
}

TEST_CASE("public headers define no macros") {
    for (const auto& header : files_below("include", {".hpp"})) {
        CAPTURE(header.path);
        CHECK(header.text.find("#define") == std::string::npos);
    }
}

TEST_CASE("every source begins with its licence and every header guards itself") {
    for (const auto& file : code_files()) {
        CAPTURE(file.path);
        CHECK(file.text.starts_with("// SPDX-License-Identifier: MIT\n"));
        if (file.path.ends_with(".hpp") && !is_precompiled(file.path)) {
            CHECK(file.text.find("\n#pragma once\n") != std::string::npos);
        }
    }
}

TEST_CASE("every source is listed in the meson.build of its folder") {
    for (const auto& file : code_files()) {
        if (!file.path.ends_with(".cpp")) {
            continue;
        }
        CAPTURE(file.path);
        const fs::path path = source_root() / file.path;
        const std::string listed = "'" + path.filename().string() + "'";
        CHECK(read_text(path.parent_path() / "meson.build").find(listed) != std::string::npos);
    }
}

TEST_CASE("no source is longer than a reader can hold") {
    std::set<std::string> seen;
    for (const auto& file : code_files()) {
        seen.insert(file.path);
        CAPTURE(file.path);
        if (kLongFiles.contains(file.path)) {
            CHECK_MESSAGE(line_count(file.text) > kMaxLines, "no longer needs its exception");
        } else {
            CHECK(line_count(file.text) <= kMaxLines);
        }
    }
    for (const auto& exception : kLongFiles) {
        CAPTURE(exception.first);
        CHECK(seen.contains(exception.first));
        CHECK_FALSE(exception.second.empty());
    }
}

TEST_CASE("nothing is left for later and no path of a machine is written down") {
    // Put together here, so that this file does not find itself.
    const std::string root = std::string("/") + "root" + "/";
    const std::string work = std::string("/") + "work" + "/";
    const std::vector<std::string> unwanted = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                               root, work};
    std::vector<SourceFile> files;
    for (std::string_view folder : {"include", "lib", "packaging", "tests", "tools"}) {
        const auto below = files_below(folder, {});
        files.insert(files.end(), below.begin(), below.end());
    }
    for (const char* name : {"README.md", "CHANGELOG.md", "meson.build", "meson_options.txt"}) {
        files.push_back({name, read_text(source_root() / name)});
    }
    for (const auto& file : files) {
        for (const auto& word : unwanted) {
            CHECK_MESSAGE(file.text.find(word) == std::string::npos,
                          file.path << " holds '" << word << "'");
        }
    }
}
