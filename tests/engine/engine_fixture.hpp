// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "core/file_system.hpp"
#include "engine/engine.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::test {

/// The bytes of files, by path.
using Contents = std::map<std::string, std::string>;

/// A folder in memory if possible: the tests flush thousands of times, and no power is cut.
std::filesystem::path quick_folder();

/// A folder with a store that does not flush, unless a test asks for it.
class StoreFolder {
public:
    explicit StoreFolder(Durability durability = Durability::fast,
                         std::uint64_t pack_limit = kDefaultPackLimit);

    std::filesystem::path root() const { return folder_.path() / "store"; }
    const std::filesystem::path& outside() const { return folder_.path(); }

    /// Opens the store again, as another process would.
    std::shared_ptr<Engine> open(EngineOptions options = {}) const;

private:
    TemporaryDirectory folder_;
};

/// Options with a lock timeout that is short enough for a test.
EngineOptions impatient();
/// With these files below.
EngineOptions with_files(std::shared_ptr<FileSystem> files);

/// Stages bytes and returns the entry of a plain file.
Entry put_entry(DraftStaging& draft, const std::string& path, std::string_view bytes);
/// Returns an entry that refers to one of another version, and lets the draft hold that version.
Entry refer(DraftStaging& draft, const std::string& path,
            const std::shared_ptr<const OpenVersion>& source, const std::string& source_path);

CommitRequest request_of(const std::string& name, std::vector<Entry> entries);
/// Commits these files as the next version of the name, of type "dataset".
std::shared_ptr<const OpenVersion> commit_files(Engine& engine, const std::string& name,
                                                const Contents& contents);

/// Reads all entries of a version through the store.
Contents read_all(Engine& engine, const OpenVersion& version);

/// The paths, relative to the store, of all files below objects/, artifacts/, records/, leases/ and
/// staging/.
std::vector<std::string> files_of(const std::filesystem::path& root);
/// Opens the store again and checks that it verifies, and that after a gc it has exactly the files
/// that versions need or that wait for readers.
void check_sound(const StoreFolder& folder);

/// Deletes the catalogue of a store that is not open, and lets repair build a new one.
RepairReport repaired(const StoreFolder& folder);
RepairReport repaired(const std::filesystem::path& root);

/// Flips a bit in the middle of a file.
void flip_bit(const std::filesystem::path& path);

/// Flips a bit of the object with these bytes, in the file that it is read from.
void damage_object(const StoreFolder& folder, std::string_view bytes);

/// Executes `action` in a child process, which then ends. Returns its exit status, or 128 plus the
/// signal. The child must open the store itself.
int run_in_child(const std::function<void()>& action);

} // namespace vitrine::test
