// SPDX-License-Identifier: MIT
#include "engine/engine_fixture.hpp"

#include "catalog/catalog.hpp"
#include "engine/soundness.hpp"
#include "object/object_store.hpp"
#include "support/child_process.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

namespace vitrine::test {

namespace fs = std::filesystem;

fs::path quick_folder() {
    const fs::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory : fs::path();
}

StoreFolder::StoreFolder(Durability durability, std::uint64_t pack_limit)
    : folder_(quick_folder()) {
    Engine::create(root(), {"", "0.10", durability, pack_limit}, {});
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

Entry put_entry(DraftStaging& draft, const std::string& path, std::string_view bytes) {
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

Entry refer(DraftStaging& draft, const std::string& path,
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
        contents.emplace(entry.path.str(), engine.store().read_object(*entry.object));
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
    for (const std::string& problem : problems_of(folder.root())) {
        FAIL_CHECK(problem);
    }
}

RepairReport repaired(const fs::path& root) {
    for (const char* file : {"catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"}) {
        fs::remove(root / file);
    }
    return Engine::repair(root, {}, {});
}

RepairReport repaired(const StoreFolder& folder) {
    return repaired(folder.root());
}

namespace {

void flip_bit_at(const fs::path& path, std::uint64_t offset) {
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    const auto byte = static_cast<char>(file.get() ^ 1);
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(byte);
    REQUIRE(file.good());
}

} // namespace

void flip_bit(const fs::path& path) {
    flip_bit_at(path, fs::file_size(path) / 2);
}

void damage_object(const StoreFolder& folder, std::string_view bytes) {
    const auto engine = folder.open();
    const auto catalog =
        Catalog::open(folder.root() / "catalog.sqlite", engine->settings().store_id, true);
    const auto row = catalog->objects.find(sha256_of(bytes));
    REQUIRE(row);
    const ObjectStore objects(folder.root() / "objects", real_file_system());
    const bool packed = row->file.kind == FileKind::pack;
    flip_bit_at(packed ? objects.pack_path(row->file.name) : objects.loose_path(row->sha256),
                row->offset + row->size / 2);
}

int run_in_child(const std::function<void()>& action) {
    return ChildProcess(action).wait();
}

} // namespace vitrine::test
