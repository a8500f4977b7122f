// SPDX-License-Identifier: MIT
#include "golden/reading.hpp"

#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/store/store.hpp>

#include "core/file_system.hpp"
#include "golden/deviations.hpp"
#include "golden/python.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace fs = std::filesystem;

namespace vitrine::golden {

namespace {

/// The artifacts of a case in the layout of `checkout --self-contained`: a folder for each, with
/// its manifest and links to the others below `.sources`.
class Layout {
public:
    explicit Layout(const GoldenCase& golden) : golden_(golden) {}

    fs::path lay_out(const Json& record) {
        const auto name = record.at("artifact").get<std::string>();
        const fs::path target = temporary_.path() / name;
        lay_out_at(record, target);
        for (const Json& source : golden_.json.at("artifacts")) {
            if (source.contains("emulated_id_hex") && source != record) {
                lay_out_at(source,
                           target / ".sources" / source.at("emulated_id_hex").get<std::string>());
            }
        }
        return target;
    }

private:
    void lay_out_at(const Json& record, const fs::path& target) const {
        const auto name = record.at("artifact").get<std::string>();
        fs::create_directories(target.parent_path());
        const fs::path files = golden_.folder(name) / "artifact";
        if (fs::exists(files)) {
            fs::copy(files, target, fs::copy_options::recursive);
        }
        fs::create_directories(target);
        const char* key =
            record.contains("saved_manifest_file") ? "saved_manifest_file" : "manifest_file";
        write_file_atomically(*real_file_system(), target / "wandb_manifest.json",
                              golden_.text(golden_.data / record.at(key).get<std::string>()),
                              false);
    }

    const GoldenCase& golden_;
    TemporaryDirectory temporary_;
};

/// Incomplete files that the SDK left when it failed, and that its manifest names.
constexpr std::pair<std::string_view, std::string_view> kBroken[] = {
    {"classes", "c5.classes.json"}, {"table_scalars", "mixed_cols.table.json"}};

bool is_broken(const GoldenCase& golden, const std::string& path) {
    return std::find(std::begin(kBroken), std::end(kBroken),
                     std::pair<std::string_view, std::string_view>(golden.name, path)) !=
           std::end(kBroken);
}

/// Writes a restored value into a new draft and compares its JSON.
void write_again(const Artifact& read, const std::string& path, Report& report) {
    INFO("the value ", path);
    const TemporaryDirectory folder;
    const Store store =
        Store::create(folder.path() / "store", {.durability = Durability::fast,
                                                .dialect = std::string(wandb_0_10().name())});
    const auto value = read.get(path);
    REQUIRE(value != nullptr);
    ++report.values_restored;
    REQUIRE(value->artifact_source().has_value());
    if (const auto* image = dynamic_cast<const Image*>(value.get())) {
        const Pixels pixels = image->pixels();
        CHECK(pixels.width == image->width());
        CHECK(pixels.height == image->height());
    }
    auto draft = store.new_artifact("again", "dataset");
    const Entry entry = draft.add(*value, path);
    const Artifact written = store.commit(std::move(draft));
    const std::string ours = written.get_path(entry.path.str()).read();
    const std::string theirs = read.get_path(path).read();
    CHECK(entry.path.str() == path);
    CHECK(ours == theirs);
    report.bytes_compared += theirs.size();
    const auto back = written.get(path);
    REQUIRE(back != nullptr);
    // A table with NaN in it is not equal to itself, as in Python.
    CHECK((*back == *value || theirs.find("NaN") != std::string::npos));
}

/// Includes values whose type has no suffix, which are found by their whole name.
std::set<std::string> paths_of_values(const Artifact& artifact) {
    const auto named = artifact.value_paths();
    std::set<std::string> paths(named.begin(), named.end());
    for (const Entry& entry : artifact.entries()) {
        const std::string& path = entry.path.str();
        if (path.ends_with(".json") && !paths.contains(path) && artifact.get(path) != nullptr) {
            paths.insert(path);
        }
    }
    return paths;
}

void read_artifact(const GoldenCase& golden, const Json& record, const fs::path& folder,
                   Report& report) {
    const std::string where = "read " + record.at("artifact").get<std::string>();
    INFO(golden.name, ", ", where);
    if (const auto* deviation = find_deviation(golden.name, where)) {
        REQUIRE(deviation->kind == Deviation::Kind::Refused);
        try {
            Artifact::open_directory(folder);
            FAIL_CHECK("expected an error, got none");
        } catch (const Error& error) {
            CHECK(error.code() == deviation->code);
        }
        report.deviations.push_back({golden.name + ", " + where, std::string(deviation->vitrine)});
        return;
    }
    const Artifact artifact = Artifact::open_directory(folder);
    CHECK(artifact.digest() == record.at("digest").get<std::string>());
    CHECK(artifact.manifest().size() == record.at("entries").size());
    ++report.artifacts_read;
    for (const auto& path : paths_of_values(artifact)) {
        if (is_broken(golden, path)) {
            CHECK_THROWS_AS(artifact.get(path), Error);
        } else {
            write_again(artifact, path, report);
        }
    }
}

} // namespace

void read_case(const GoldenCase& golden, Report& report) {
    Layout layout(golden);
    for (const Json& record : golden.json.at("artifacts")) {
        read_artifact(golden, record, layout.lay_out(record), report);
    }
}

} // namespace vitrine::golden
