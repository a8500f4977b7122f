// SPDX-License-Identifier: MIT
#include "engine/repair_fixture.hpp"

#include <vitrine/core/error.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <utility>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

StoreLayout layout_of(const StoreFolder& folder) {
    return {folder.root()};
}

void fill(const StoreFolder& folder) {
    const auto engine = folder.open();
    commit_files(*engine, "x", kFirst);
    {
        const auto base = engine->open_version("x:v0");
        const auto draft = engine->new_draft(base);
        std::vector<Entry> entries;
        for (const auto& [path, bytes] : kSecond) {
            entries.push_back(put_entry(*draft, path, bytes));
        }
        CommitRequest request = request_of("x", std::move(entries));
        request.base = base;
        request.aliases = {"best"};
        request.run = RunIdentity{"r1", "/runs/r1"};
        request.metadata = {{"z", 1}, {"a", 2}};
        request.description = "the second";
        engine->commit(*draft, request, {});
    }
    commit_files(*engine, "x", {{"gone", "gone"}});
    engine->remove("x:v2", false);
    commit_files(*engine, "y", kOther);
}

void remove_catalog(const StoreFolder& folder) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
        fs::remove(layout_of(folder).catalog().native() + suffix);
    }
}

fs::path loose_file(const StoreFolder& folder, std::string_view bytes) {
    const std::string name = sha256_of(bytes).hex();
    return layout_of(folder).objects() / "loose" / name.substr(0, 2) / name;
}

ManifestRow manifest_of(const StoreFolder& folder, const std::string& reference) {
    const auto engine = folder.open();
    const Sha256 content = engine->open_version(reference)->record().content;
    const auto catalog =
        Catalog::open(layout_of(folder).catalog(), engine->settings().store_id, true);
    return *catalog->manifests.find(content);
}

fs::path manifest_file(const StoreFolder& folder, const std::string& reference) {
    const ManifestRow row = manifest_of(folder, reference);
    return layout_of(folder).manifest(row.content, row.file.name);
}

fs::path segment_file(const StoreFolder& folder, const std::string& reference) {
    const std::string name = manifest_of(folder, reference).segments.front().hex();
    return layout_of(folder).objects() / "loose" / name.substr(0, 2) / name;
}

std::string text_of(const RepairReport& report, const StoreFolder& folder) {
    std::string text;
    for (const std::string& note : report.notes) {
        text += "note: " + note + '\n';
    }
    for (const Loss& loss : report.losses) {
        text += "lost: " + loss.what + ": " + loss.problem + '\n';
    }
    for (const Damage& damage : report.damages) {
        text += "damaged: " + damage.problem + ':';
        for (const std::string& entry : damage.entries) {
            text += ' ' + entry;
        }
        text += '\n';
    }
    for (std::size_t at = 0; (at = text.find(folder.root().native(), at)) != std::string::npos;) {
        text.replace(at, folder.root().native().size(), "STORE");
    }
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = text.find_first_not_of("0123456789abcdef", i);
        const std::size_t last = end == std::string::npos ? text.size() : end;
        if (last - i == 64) {
            out += "SHA";
            i = last;
        } else {
            out += text[i++];
        }
    }
    return out;
}

namespace {

/// Reads a version without the entries whose objects are lost.
Contents read_rest(Engine& engine, const OpenVersion& version) {
    Contents contents;
    for (const Entry& entry : version.manifest().entries()) {
        try {
            contents.emplace(entry.path.str(), engine.store().read_object(*entry.object));
        } catch (const Error&) {
            contents.emplace(entry.path.str(), "LOST");
        }
    }
    return contents;
}

} // namespace

std::map<std::string, Contents> versions_of(Engine& engine) {
    std::map<std::string, Contents> versions;
    for (const ArtifactInfo& artifact : engine.list()) {
        for (const VersionInfo& info : engine.log(artifact.name)) {
            const std::string name = info.name + ":v" + std::to_string(info.version);
            versions.emplace(name, read_rest(engine, *engine.open_version(name)));
        }
    }
    return versions;
}

void check_goes_on(const StoreFolder& folder, const std::map<std::string, Contents>& expected) {
    {
        const auto engine = folder.open();
        CHECK(versions_of(*engine) == expected);
        engine->gc({});
        CHECK(versions_of(*engine) == expected);
        CHECK(commit_files(*engine, "x", {{"new", "new"}})->record().number == 3);
        CHECK(commit_files(*engine, "y", {{"new", "new"}})->record().number == 1);
        CHECK(read_all(*engine, *engine->open_version("x:v3")) == Contents{{"new", "new"}});
        engine->remove("x:v3", false);
        engine->remove("y:v1", false);
        engine->gc({});
    }
    for (const std::string& file : files_of(folder.root())) {
        CHECK_MESSAGE(!file.starts_with("staging/"), file);
        CHECK_MESSAGE(!file.starts_with("leases/"), file);
    }
    const RepairReport again = Engine::repair(folder.root(), {}, {});
    CHECK(again.losses.empty());
    CHECK(versions_of(*folder.open()) == expected);
}

} // namespace vitrine::test
