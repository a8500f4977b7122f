// SPDX-License-Identifier: MIT
// The rules of the source tree that no compiler checks: who may include whom, what public headers
// may show, and that every source is listed, licensed and of readable length.
#include <vitrine/core/version.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
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

/// The folders of one layer, by the same rule. A file in the layer's own folder, beside these, is
/// in kTop: the facade.
constexpr std::string_view kTop = "facade";
struct Wings {
    std::string_view layer;
    std::vector<Layer> folders;
    std::size_t max_pairs; ///< of folders of which one includes the other
};

const std::vector<Wings> kWings = {
    {"engine",
     {{"store", {}},
      {"records", {"store"}},
      {"commit", {"store", "records"}},
      {"gc", {"store", "records"}},
      {"verify", {"store", "records"}},
      {"repair", {"store", "records", "verify"}},
      {kTop, {"store", "records", "commit", "gc", "verify", "repair"}}},
     20},
    {"artifact",
     {{"content", {}},
      {"draft", {"content"}},
      {"checkout", {"content"}},
      {kTop, {"content", "draft", "checkout"}}},
     6},
};

std::set<std::string> words_of(const std::string& text) {
    std::istringstream words(text);
    return {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()};
}

/// Identifiers that gave way to others, so that one thing has one name throughout the code:
/// segment, dependency, referrer, live set, publication, recovery, write transaction, ...
const std::set<std::string> kReplacedNames = words_of(R"(
    AwsSetup BaseKept ByteSources BytesPlace DraftStorage EntryPlaces FileMaker Healing HttpAnswer
    HurtEntry Keeper KeptPlan KeptSource KeptSources LeaseKeeper Leftover LeftoverReport
    LocalEngine LocalTurn MadeBy MakingPlan ObjectPlace Placement Reached RemotePlace RunCache
    RunItem RunItems RunReader RunStaging RunWriter StagedDraft StagedRun StoredVersion Stray
    Survey WriteTurn bring_manifest bring_manifests bring_objects bring_portion bring_runs
    byte_sources count_leftovers count_new_runs draft_storage entry_places file_maker find_keepers
    for_each_stray free_turn has_record_leftovers heal healing_
    hurt_entries hurt_runs_ is_leftover is_run_leftover items_of_runs kFilesInTurn kFilesPerTurn
    kKeptSuffix kRunBlockBytes kRunFooterBytes kRunMagic kRunMagicStem kTurnBytes kTurnFiles
    kValuesPerTurn keep_kept keep_own keepers kept_ kept_contents_of kept_paths kept_sources
    layers_of_runs manifest_of_runs may_hold md5_lanes merge_runs most_runs note_run note_use
    open_run open_runs parse_kept place_loose place_manifest place_manifest_file place_object
    place_objects place_pack place_packs place_run placed_packs_ plan_kept_sources reached_
    remove_leftover remove_leftovers render_kept require_place run_lists_ run_tiers runs_to_merge
    settle_leftover shown_url sweep_leftovers sweep_turn
)");

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

const Layer* find_layer(const std::vector<Layer>& layers, std::string_view name) {
    const auto found = std::find_if(layers.begin(), layers.end(),
                                    [&](const Layer& layer) { return layer.name == name; });
    return found == layers.end() ? nullptr : &*found;
}

const Layer* find_layer(std::string_view name) {
    return find_layer(kLayers, name);
}

/// Whether a file of the layer `from` may include one of `to`.
bool may_include(const std::vector<Layer>& layers, std::string_view from, std::string_view to) {
    const Layer* layer = find_layer(layers, from);
    if (layer == nullptr || find_layer(layers, to) == nullptr) {
        return false;
    }
    const auto& allowed = layer->may_include;
    return from == to || std::find(allowed.begin(), allowed.end(), to) != allowed.end();
}

void check_points_down(const std::vector<Layer>& layers) {
    for (std::size_t index = 0; index < layers.size(); ++index) {
        for (std::string_view lower : layers[index].may_include) {
            CAPTURE(layers[index].name);
            CAPTURE(lower);
            const Layer* found = find_layer(layers, lower);
            REQUIRE(found != nullptr);
            CHECK(found - layers.data() < static_cast<std::ptrdiff_t>(index));
        }
    }
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

/// The folder of a layer that a path is in, as "gc" for "engine/gc/gc.hpp" and kTop for
/// "engine/engine.hpp"; nothing for a path of another layer.
std::optional<std::string> wing_of(std::string_view layer, std::string_view path) {
    if (folder_after("", path) != layer) {
        return std::nullopt;
    }
    return folder_after(std::string(layer) + "/", path).value_or(std::string(kTop));
}

using FolderPair = std::pair<std::string, std::string>;

/// The pairs of different folders of a layer of which a file includes one of the other's, from the
/// first to the second.
std::vector<FolderPair> wing_includes(std::string_view layer, const SourceFile& file) {
    std::vector<FolderPair> pairs;
    const std::string_view path = file.path;
    const auto from = path.starts_with("lib/") ? wing_of(layer, path.substr(4)) : std::nullopt;
    for (const auto& include : includes_of(file)) {
        const auto to = include.quoted ? wing_of(layer, include.path) : std::nullopt;
        if (from && to && *from != *to) {
            pairs.emplace_back(*from, *to);
        }
    }
    return pairs;
}

/// All identifiers of a text, of code and comments, that are among `words`.
std::set<std::string> identifiers_among(const std::set<std::string>& words, std::string_view text) {
    const auto is_part = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    std::set<std::string> found;
    for (auto begin = text.begin(); begin != text.end();) {
        begin = std::find_if(begin, text.end(), is_part);
        const auto end = std::find_if_not(begin, text.end(), is_part);
        std::string word(begin, end);
        if (words.contains(word)) {
            found.insert(std::move(word));
        }
        begin = end;
    }
    return found;
}

/// The text without the lines that declare a deprecated alias, which must have the old name.
std::string without_aliases(const std::string& text) {
    std::istringstream lines(text);
    std::string rest;
    for (std::string line; std::getline(lines, line);) {
        if (line.find("[[deprecated") == std::string::npos) {
            rest += line + '\n';
        }
    }
    return rest;
}

std::size_t line_count(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("the maps of layers point only downwards") {
    check_points_down(kLayers);
    for (const auto& wings : kWings) {
        check_points_down(wings.folders);
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
        REQUIRE_MESSAGE(find_layer(*from) != nullptr, file.path << " is in no layer");
        for (const auto& include : includes_of(file)) {
            const auto to = layer_of_include(include);
            if (!to || *to == *from) {
                continue;
            }
            ++checked;
            CHECK_MESSAGE(may_include(kLayers, *from, *to),
                          file.path << " includes '" << include.path << "': " << *from
                                    << " may not include " << *to);
        }
    }
    CHECK(checked > 0);
}

TEST_CASE("the rule of folders refuses what it must") {
    struct Case {
        std::string_view layer;
        std::string_view path;
        std::string_view include;
        bool allowed;
    };
    const Case cases[] = {
        {"engine", "gc/gc.cpp", "commit/publication.hpp", false},
        {"engine", "gc/why.cpp", "verify/verify.hpp", false},
        {"engine", "commit/commit.cpp", "gc/gc.hpp", false},
        {"engine", "commit/commit.hpp", "verify/verify.hpp", false},
        {"engine", "verify/verify.cpp", "commit/commit.hpp", false},
        {"engine", "verify/verify.cpp", "gc/liveness_scan.hpp", false},
        {"engine", "repair/repair.cpp", "commit/manifest_plan.hpp", false},
        {"engine", "repair/repair.cpp", "gc/gc.hpp", false},
        {"engine", "store/live_set.hpp", "records/records.hpp", false},
        {"engine", "store/live_set.hpp", "commit/staged_objects.hpp", false},
        {"engine", "records/records.cpp", "repair/rebuild.hpp", false},
        {"engine", "store/open_store.hpp", "engine.hpp", false},
        {"engine", "commit/commit.cpp", "engine.hpp", false},
        {"engine", "repair/repair.cpp", "engine.hpp", false},
        {"engine", "gc/gc.cpp", "sweep/sweep.hpp", false}, // in no folder of the map
        {"engine", "records/records.cpp", "store/open_store.hpp", true},
        {"engine", "gc/gc.cpp", "store/open_store.hpp", true},
        {"engine", "gc/gc.cpp", "gc/gc.hpp", true},
        {"engine", "commit/commit.cpp", "records/records.hpp", true},
        {"engine", "repair/repair.cpp", "verify/verify.hpp", true},
        {"engine", "engine.cpp", "gc/gc.hpp", true},
        {"artifact", "content/artifact_content.cpp", "draft/draft.hpp", false},
        {"artifact", "draft/draft.cpp", "checkout/checkout.hpp", false},
        {"artifact", "checkout/checkout.cpp", "draft/draft.hpp", false},
        {"artifact", "checkout/checkout.cpp", "content/artifact_content.hpp", true},
        {"artifact", "artifact.cpp", "checkout/checkout.hpp", true},
    };
    for (const auto& test : cases) {
        CAPTURE(test.path);
        CAPTURE(test.include);
        const auto wings = std::find_if(kWings.begin(), kWings.end(), [&](const Wings& candidate) {
            return candidate.layer == test.layer;
        });
        REQUIRE(wings != kWings.end());
        const std::string folder = std::string(test.layer) + "/";
        const SourceFile file{"lib/" + folder + std::string(test.path),
                              "#pragma once\n#include \"" + folder + std::string(test.include) +
                                  "\"\n"};
        const auto pairs = wing_includes(test.layer, file);
        const bool allowed = std::all_of(pairs.begin(), pairs.end(), [&](const FolderPair& pair) {
            return may_include(wings->folders, pair.first, pair.second);
        });
        CHECK(allowed == test.allowed);
    }
}

TEST_CASE("the folders of a layer include each other only downwards") {
    for (const auto& wings : kWings) {
        std::map<FolderPair, std::size_t> counts;
        for (const auto& file : files_below("lib/" + std::string(wings.layer), {".cpp", ".hpp"})) {
            for (const auto& pair : wing_includes(wings.layer, file)) {
                ++counts[pair];
                CHECK_MESSAGE(may_include(wings.folders, pair.first, pair.second),
                              file.path << ": " << pair.first << " may not include "
                                        << pair.second);
            }
        }
        std::ostringstream table;
        for (const auto& [pair, count] : counts) {
            table << "\n    " << pair.first << " -> " << pair.second << "  " << count;
        }
        MESSAGE(counts.size() << " pairs of folders of " << wings.layer
                              << ", and how many includes each has:" << table.str());
        CHECK_FALSE(counts.empty());
        CHECK(counts.size() <= wings.max_pairs);
    }
}

TEST_CASE("identifiers are found whole") {
    struct Case {
        std::string_view text;
        std::set<std::string> found;
    };
    const Case cases[] = {
        {"", {}},
        {"Keeper", {"Keeper"}},
        {"Keeper keeper; // of a RunReader", {"Keeper", "RunReader"}},
        {"GoalKeeper Keepers Keeper_ _Keeper Keeper2", {}},
        {"std::vector<RunReader> readers", {"RunReader"}},
    };
    for (const auto& test : cases) {
        CAPTURE(test.text);
        CHECK(identifiers_among({"Keeper", "RunReader"}, test.text) == test.found);
    }
}

TEST_CASE("one thing has one name: none of the names that were replaced") {
    for (const auto& file : code_files()) {
        if (file.path == "tests/structure/structure_test.cpp") {
            continue;
        }
        for (const auto& word : identifiers_among(kReplacedNames, without_aliases(file.text))) {
            FAIL_CHECK(file.path << " has the identifier '" << word
                                 << "': use the word that has replaced it");
        }
    }
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

TEST_CASE("only the headers of exports and of the version define macros") {
    const std::set<std::string> allowed = {"include/vitrine/core/export.hpp",
                                           "include/vitrine/core/version.hpp"};
    for (const auto& header : files_below("include", {".hpp"})) {
        CAPTURE(header.path);
        CHECK((header.text.find("#define") != std::string::npos) == allowed.contains(header.path));
    }
}

TEST_CASE("every public header first includes another one, so that export.hpp comes first") {
    // It refuses compilers that are too old, before they fail at something else.
    for (const auto& header : files_below("include", {".hpp"})) {
        CAPTURE(header.path);
        const auto includes = includes_of(header);
        if (header.path == "include/vitrine/core/export.hpp") {
            CHECK(includes.empty());
        } else {
            REQUIRE_FALSE(includes.empty());
            CHECK(includes.front().path.starts_with("vitrine/"));
        }
    }
}

TEST_CASE("the headers have the version of the project") {
    const std::string project = read_text(source_root() / "meson.build");
    CHECK(project.find("version: '" VITRINE_VERSION "'") != std::string::npos);
    std::ostringstream parts;
    parts << VITRINE_VERSION_MAJOR << '.' << VITRINE_VERSION_MINOR << '.' << VITRINE_VERSION_PATCH;
    CHECK(parts.str() == VITRINE_VERSION);
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
    for (const char* name : {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
                             "meson.build", "meson_options.txt"}) {
        files.push_back({name, read_text(source_root() / name)});
    }
    for (const auto& file : files) {
        for (const auto& word : unwanted) {
            CHECK_MESSAGE(file.text.find(word) == std::string::npos,
                          file.path << " holds '" << word << "'");
        }
    }
}
