// SPDX-License-Identifier: MIT
// Processes that read, draft, commit, remove and collect garbage in one store at once. Each does a
// fixed number of steps that depend on its seed. Every byte that is read is compared: the path of a
// file determines its bytes, so the processes need not talk to each other.
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "engine/store/version_reference.hpp"
#include "support/child_process.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

namespace {

constexpr std::uint64_t kPackLimit = 300;
constexpr std::uint32_t kFiles = 400; ///< different bytes in all

std::string bytes_of(std::uint32_t number) {
    std::string bytes = "bytes " + std::to_string(number) + " ";
    // Most are small; some are too large for a pack.
    bytes.resize(20 + number * 37 % (number % 9 == 0 ? 2000 : 250),
                 static_cast<char>('a' + number % 26));
    return bytes;
}

/// The bytes of a path such as "d3/17" depend only on the number after the slash.
std::uint32_t number_of(std::string_view path) {
    return static_cast<std::uint32_t>(std::stoul(std::string(path.substr(path.rfind('/') + 1))));
}

class Worker {
public:
    Worker(const StoreFolder& folder, std::uint32_t seed) : random_(seed), engine_(folder.open()) {}

    void run(int steps) {
        for (int step = 0; step < steps; ++step) {
            try {
                act();
            } catch (const Error& error) {
                // Another process may have removed the version, or may be collecting garbage.
                if (error.code() != ErrorCode::NotFound && error.code() != ErrorCode::Locked) {
                    throw;
                }
            }
        }
    }

private:
    using Version = std::shared_ptr<const OpenVersion>;
    struct Draft {
        std::unique_ptr<DraftStaging> storage;
        Version base;
        std::map<std::string, Entry> entries;
    };

    std::uint32_t pick(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_() % below);
    }
    std::string pick_name() { return "n" + std::to_string(pick(4)); }

    void act() {
        switch (pick(12)) {
        case 0:
        case 1:
            return draft();
        case 2:
        case 3:
        case 4:
            return commit();
        case 5:
        case 6:
            return remove();
        case 7:
        case 8:
            return open();
        case 9:
            return close();
        case 10:
            engine_->gc({pick(4) == 0, {}, {}});
            return;
        default:
            return read();
        }
    }

    /// Begins a draft, empty or from a version, with new files, with files of other versions, and
    /// with references to them.
    void draft() {
        if (drafts_.size() == 3) {
            drafts_.erase(drafts_.begin());
        }
        Draft draft;
        if (pick(3) != 0) {
            draft.base = engine_->open_version(pick_name());
        }
        draft.storage = engine_->new_draft(draft.base);
        if (draft.base) {
            for (const Entry& entry : draft.base->manifest().entries()) {
                if (pick(10) != 0) {
                    draft.entries.emplace(entry.path.str(), entry);
                }
            }
        }
        // Enough files that they are packed.
        for (std::uint32_t i = pick(2) == 0 ? pick(6) : 20 + pick(20); i > 0; --i) {
            const std::uint32_t number = pick(kFiles);
            const std::string path = "d" + std::to_string(pick(3)) + "/" + std::to_string(number);
            draft.entries.insert_or_assign(path, put_entry(*draft.storage, path, bytes_of(number)));
        }
        if (!readers_.empty() && pick(2) == 0) {
            refer_to(readers_[pick(static_cast<std::uint32_t>(readers_.size()))], draft);
        }
        drafts_.push_back(std::move(draft));
    }

    void refer_to(const Version& source, Draft& draft) {
        for (const Entry& entry : source->manifest().entries()) {
            if (pick(4) == 0 && !entry.ref) {
                const std::string path = "ref/" + std::to_string(number_of(entry.path.str()));
                draft.entries.insert_or_assign(
                    path, refer(*draft.storage, path, source, entry.path.str()));
            }
        }
    }

    void commit() {
        if (drafts_.empty()) {
            return draft();
        }
        Draft draft = std::move(drafts_.back());
        drafts_.pop_back();
        std::vector<Entry> entries;
        for (const auto& [path, entry] : draft.entries) {
            entries.push_back(entry);
        }
        CommitRequest request = request_of(pick_name(), std::move(entries));
        request.base = draft.base;
        // Here versions of others may be lost, but no bytes.
        request.allow_diverged = true;
        compare(*engine_->commit(*draft.storage, request, {}));
    }

    void remove() {
        const std::string name = pick_name();
        const auto versions = engine_->log(name);
        const VersionInfo& victim = versions[pick(static_cast<std::uint32_t>(versions.size()))];
        engine_->remove(version_name(name, victim.version), false);
    }

    void open() {
        if (readers_.size() < 4) {
            readers_.push_back(engine_->open_version(pick_name()));
        }
        read();
    }

    void close() {
        if (!readers_.empty()) {
            readers_.erase(readers_.begin() + pick(static_cast<std::uint32_t>(readers_.size())));
        }
    }

    /// Checks that all open versions stay readable, removed or not.
    void read() {
        for (const Version& version : readers_) {
            compare(*version);
        }
    }

    void compare(const OpenVersion& version) {
        compare(version.manifest());
        for (const Dependency& dependency : version.record().dependencies) {
            compare(*version.dependency_manifest(dependency.id));
        }
    }

    void compare(const Manifest& manifest) {
        for (const Entry& entry : manifest.entries()) {
            const std::string& path = entry.path.str();
            if (engine_->store().read_object(entry.object.value()) != bytes_of(number_of(path))) {
                throw Error(ErrorCode::Corruption, "other bytes at " + path);
            }
        }
    }

    std::mt19937 random_;
    std::shared_ptr<Engine> engine_;
    std::vector<Version> readers_;
    std::vector<Draft> drafts_;
};

/// Reads every live version in full, with its dependencies.
void check_versions(const StoreFolder& folder) {
    const auto engine = folder.open();
    std::size_t versions = 0;
    const auto compare = [&](const Manifest& manifest) {
        for (const Entry& entry : manifest.entries()) {
            REQUIRE(engine->store().read_object(entry.object.value()) ==
                    bytes_of(number_of(entry.path.str())));
        }
    };
    for (const ArtifactInfo& artifact : engine->list()) {
        for (const VersionInfo& info : engine->log(artifact.name)) {
            ++versions;
            const auto version = engine->open_version(version_name(info.name, info.version));
            compare(version->manifest());
            for (const Dependency& dependency : version->record().dependencies) {
                compare(*version->dependency_manifest(dependency.id));
            }
        }
    }
    CHECK(versions > 0);
}

} // namespace

TEST_CASE("processes that read, draft, commit, remove and collect garbage at once lose nothing") {
    const StoreFolder folder(Durability::fast, kPackLimit);
    std::vector<ChildProcess> children;
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
        children.emplace_back([&folder, seed] { Worker(folder, seed).run(150); });
    }
    for (ChildProcess& child : children) {
        CHECK(child.wait() == 0);
    }
    check_versions(folder);
    check_sound(folder);
    check_versions(folder);
}

} // namespace vitrine::test
