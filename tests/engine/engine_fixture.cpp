// SPDX-License-Identifier: MIT
#include "engine/engine_fixture.hpp"

#include "engine/lease.hpp"
#include "engine/run_records.hpp"
#include "engine/store_layout.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <utility>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

/// A folder in memory where there is one: the tests flush a thousand times, and no power is cut.
fs::path quick_folder() {
    const fs::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory : fs::path();
}

} // namespace

StoreFolder::StoreFolder(Durability durability) : folder_(quick_folder()) {
    Engine::create(root(), {"", "0.10", durability}, {});
}

std::shared_ptr<Engine> StoreFolder::open(EngineOptions options) const {
    return Engine::open(root(), options);
}

EngineOptions impatient() {
    EngineOptions options;
    options.lock_timeout = std::chrono::milliseconds(20);
    return options;
}

EngineOptions with_files(std::shared_ptr<FileSystem> files) {
    EngineOptions options;
    options.files = std::move(files);
    return options;
}

Entry put_entry(DraftStorage& draft, const std::string& path, std::string_view bytes) {
    const StoredBytes stored = draft.put_bytes(as_bytes(bytes));
    Entry entry{EntryPath(path),
                stored.sha256,
                stored.size,
                stored.md5.base64(),
                stored.size,
                {},
                {},
                {},
                {}};
    if (path.ends_with(".image-file.json")) {
        entry.value_type = "image-file";
    }
    return entry;
}

Entry refer(DraftStorage& draft, const std::string& path,
            const std::shared_ptr<const OpenVersion>& source, const std::string& source_path) {
    draft.hold(source);
    const auto origin = source->manifest().find(source_path);
    REQUIRE(origin);
    Entry entry = *origin;
    entry.path = EntryPath(path);
    if (!entry.ref) {
        entry.ref = ArtifactUri{source->record().id, source_path}.render();
    }
    entry.size = 0;
    return entry;
}

CommitRequest request_of(const std::string& name, std::vector<Entry> entries) {
    CommitRequest request;
    request.name = name;
    request.type = "dataset";
    request.manifest = Manifest(std::move(entries));
    request.dialect = "0.10";
    return request;
}

std::shared_ptr<const OpenVersion> commit_files(Engine& engine, const std::string& name,
                                                const Contents& contents) {
    const auto draft = engine.new_draft(nullptr);
    std::vector<Entry> entries;
    for (const auto& [path, bytes] : contents) {
        entries.push_back(put_entry(*draft, path, bytes));
    }
    return engine.commit(*draft, request_of(name, std::move(entries)), {});
}

Contents read_all(Engine& engine, const OpenVersion& version) {
    Contents contents;
    for (const Entry& entry : version.manifest().entries()) {
        REQUIRE(entry.object);
        contents.emplace(entry.path.str(), engine.read_object(*entry.object));
    }
    return contents;
}

std::vector<std::string> files_of(const fs::path& root) {
    std::vector<std::string> files;
    for (const char* folder : {"objects", "artifacts", "records", "leases", "staging"}) {
        for (const auto& item : fs::recursive_directory_iterator(root / folder)) {
            if (!item.is_directory()) {
                files.push_back(item.path().lexically_relative(root).generic_string());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

void check_sound(const StoreFolder& folder) {
    const auto engine = folder.open();
    CHECK(engine->verify({}).ok());
    const GcReport collected = engine->gc({});
    const VerifyReport report = engine->verify({});
    CHECK(report.ok());
    const std::vector<std::string> files = files_of(folder.root());
    // What verify has read, a record for each version, a head for each name that ever was.
    std::uint64_t stored = 0;
    std::uint64_t leases = 0;
    for (const std::string& file : files) {
        stored += file.starts_with("objects/") || file.starts_with("artifacts/") ? 1 : 0;
        leases += file.starts_with("leases/") ? 1 : 0;
        CHECK_MESSAGE(!file.starts_with("staging/"), file);
        CHECK_MESSAGE(file.find(".tmp") == std::string::npos, file);
    }
    CHECK(stored == report.objects + collected.waiting_objects);
    CHECK(leases == living_leases({folder.root()}, *real_file_system(), false).size());
    std::uint64_t records = 0;
    for (const ArtifactInfo& artifact : engine->list()) {
        records += artifact.versions;
    }
    CHECK(records == static_cast<std::uint64_t>(
                         std::count_if(files.begin(), files.end(), [](const std::string& file) {
                             return file.starts_with("records/artifacts/") &&
                                    !file.ends_with("head.json");
                         })));
    const StoreLayout layout{folder.root()};
    const auto catalog = Catalog::open(layout.catalog(), engine->settings().store_id, true);
    for (const std::string& file : files) {
        if (file.starts_with("records/runs/")) {
            const auto row = catalog->find_run(fs::path(file).stem().native());
            REQUIRE_MESSAGE(row.has_value(), file);
            CHECK(read_file(folder.root() / file) == render_run_record(*row));
        }
    }
}

void flip_bit(const fs::path& path) {
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(fs::file_size(path) / 2);
    file.seekg(middle);
    const auto byte = static_cast<char>(file.get() ^ 1);
    file.seekp(middle);
    file.put(byte);
    REQUIRE(file.good());
}

int run_in_child(const std::function<void()>& action) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        try {
            action();
        } catch (const std::exception& error) {
            std::cerr << "child: " << error.what() << '\n';
            ::_exit(99);
        }
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace vitrine::test
