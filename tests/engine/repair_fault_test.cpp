// SPDX-License-Identifier: MIT
// Every step of a repair fails once: the disk is full for a moment or for good, or the process
// dies. Afterwards the store opens as it was, or the next repair completes it.
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "engine/store/store_layout.hpp"
#include "support/dying_file_system.hpp"
#include "support/faulty_file_system.hpp"
#include "support/sanitized.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxRepairSteps = 500; ///< more than any repair here has

const Contents kEarlier = {{"a", "alpha"}, {"b", "beta"}};
const Contents kLater = {{"a", "alpha"}, {"c", "gamma"}};

/// Damages a store so that repair has something to do at each of its steps.
struct DamagedPart {
    const char* name;
    bool catalog_is_right;
    std::function<void(const StoreLayout&)> apply;
};

const std::vector<DamagedPart> kDamages = {
    {"none", true, [](const StoreLayout&) {}},
    {"no catalogue", false, [](const StoreLayout& layout) { fs::remove(layout.catalog()); }},
    {"garbage for a catalogue", false,
     [](const StoreLayout& layout) { write_text(layout.catalog(), "garbage"); }},
    {"records and heads are gone", true,
     [](const StoreLayout& layout) {
         write_text(layout.record("x", 0), "garbage");
         fs::remove(layout.record("x", 1));
         write_text(layout.head("x"), "garbage");
     }},
};

/// The bytes of lost objects, for --from.
void lose_objects(const StoreFolder& folder) {
    damage_object(folder, "alpha");
    damage_object(folder, "gamma");
}

class Scene {
public:
    explicit Scene(const DamagedPart& damage) : folder_(Durability::safe), damage_(damage) {
        {
            const auto engine = folder_.open();
            commit_files(*engine, "x", kEarlier);
            commit_files(*engine, "x", kLater);
            engine->set_aliases("x:v0", {"old"}, {});
        }
        lose_objects(folder_);
        fs::create_directory(copy());
        write_text(copy() / "1", "alpha");
        write_text(copy() / "2", "gamma");
        damage.apply({folder_.root()});
    }

    const StoreFolder& folder() const { return folder_; }

    RepairReport repair(std::shared_ptr<FileSystem> files = real_file_system()) const {
        RepairOptions options;
        options.from = {copy()};
        return Engine::repair(folder_.root(), options, with_files(std::move(files)));
    }

    /// Checks that a store with an unfinished repair opens as it was, or not at all.
    void check_between() const {
        try {
            const auto engine = folder_.open();
            CHECK(engine->log("x").size() == 2);
            CHECK(engine->open_version("x:old")->record().number == 0);
            CHECK(engine->store().read_object(sha256_of("beta")) == "beta");
        } catch (const Error& error) {
            CHECK_MESSAGE(error.code() == ErrorCode::NotAStore, error.what());
        }
    }

    /// Checks that the next repair restores everything.
    void check_after() const {
        const RepairReport report = repair();
        CHECK(report.damages.empty());
        {
            const auto engine = folder_.open();
            CHECK(read_all(*engine, *engine->open_version("x:v0")) == kEarlier);
            CHECK(read_all(*engine, *engine->open_version("x:v1")) == kLater);
            if (damage_.catalog_is_right) {
                CHECK(report.ok());
            }
            CHECK(engine->open_version("x:old")->record().number == 0);
            CHECK(commit_files(*engine, "x", {{"new", "new"}})->record().number == 2);
        }
        check_sound(folder_);
        const StoreLayout layout{folder_.root()};
        CHECK(!fs::exists(layout.new_catalog()));
        CHECK(!fs::exists(layout.old_catalog()));
    }

private:
    fs::path copy() const { return folder_.outside() / "copy"; }

    StoreFolder folder_;
    const DamagedPart& damage_;
};

} // namespace

TEST_CASE("a repair that fails at any step can be repeated") {
    for (const DamagedPart& damage : kDamages) {
        CAPTURE(damage.name);
        for (const Fault fault : {Fault::Once, Fault::Full, Fault::Crash}) {
            CAPTURE(static_cast<int>(fault));
            for (std::size_t step = 0;; step += kStepsApart) {
                CAPTURE(step);
                REQUIRE(step < kMaxRepairSteps);
                const Scene scene(damage);
                const auto files = std::make_shared<FaultyFileSystem>();
                files->fail_at(step, fault);
                bool failed = false;
                try {
                    scene.repair(files);
                } catch (const IoError&) {
                    failed = true;
                }
                scene.check_between();
                scene.check_after();
                if (!files->has_failed()) {
                    CHECK(!failed);
                    break;
                }
            }
        }
    }
}

TEST_CASE("the next repair completes one whose process died at any step") {
    for (const DamagedPart& damage : kDamages) {
        CAPTURE(damage.name);
        for (std::size_t step = 0;; step += kStepsApart) {
            CAPTURE(step);
            REQUIRE(step < kMaxRepairSteps);
            const Scene scene(damage);
            const int status =
                run_in_child([&] { scene.repair(std::make_shared<DyingFileSystem>(step)); });
            scene.check_between();
            scene.check_after();
            if (status == 0) {
                break;
            }
            REQUIRE(status == DyingFileSystem::kStatus);
        }
    }
}

} // namespace vitrine::test
