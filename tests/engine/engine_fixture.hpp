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

/// Paths and the bytes that lie there.
using Contents = std::map<std::string, std::string>;

/// A folder in memory where there is one: the tests flush a thousand times, and no power is cut.
std::filesystem::path quick_folder();

/// A folder with a store that flushes nothing, unless a test asks for that.
class StoreFolder {
public:
    explicit StoreFolder(Durability durability = Durability::fast,
                         std::uint64_t pack_limit = kDefaultPackLimit);

    std::filesystem::path root() const { return folder_.path() / "store"; }
    const std::filesystem::path& outside() const { return folder_.path(); }

    /// Opens the store once more, as another process would.
    std::shared_ptr<Engine> open(EngineOptions options = {}) const;

private:
    TemporaryDirectory folder_;
};

/// Options with a lock timeout that a test can wait for.
EngineOptions impatient();
/// With these files below.
EngineOptions with_files(std::shared_ptr<FileSystem> files);

/// Stages bytes and gives the entry of a plain file.
Entry put_entry(DraftStaging& draft, const std::string& path, std::string_view bytes);
/// An entry that refers to one of another version, which the draft holds from then on.
Entry refer(DraftStaging& draft, const std::string& path,
            const std::shared_ptr<const OpenVersion>& source, const std::string& source_path);

CommitRequest request_of(const std::string& name, std::vector<Entry> entries);
/// Commits these files as the next version of the name, of type "dataset".
std::shared_ptr<const OpenVersion> commit_files(Engine& engine, const std::string& name,
                                                const Contents& contents);

/// Reads all that a version holds through the store.
Contents read_all(Engine& engine, const OpenVersion& version);

/// All files below objects/, artifacts/, records/, leases/ and staging/, by their path below the
/// store.
std::vector<std::string> files_of(const std::filesystem::path& root);
/// Checks that a store that is opened anew verifies, and holds after a gc exactly what its versions
/// need, what waits for readers, and nothing that was left over.
void check_sound(const StoreFolder& folder);

/// Deletes the catalogue of a store that nobody has open, and has it built anew from the files.
RepairReport repaired(const StoreFolder& folder);
RepairReport repaired(const std::filesystem::path& root);

/// Flips a bit in the middle of a file.
void flip_bit(const std::filesystem::path& path);

/// Flips a bit of the object with these bytes, in the file that serves it.
void damage_object(const StoreFolder& folder, std::string_view bytes);

/// Runs `action` in a child process, which ends by it; gives its exit status, or 128 and the
/// signal. The child must open the store itself.
int run_in_child(const std::function<void()>& action);

} // namespace vitrine::test
