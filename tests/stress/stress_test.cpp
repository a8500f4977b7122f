// SPDX-License-Identifier: MIT
// Threads and processes that use one store at once, through the public headers alone: they add
// values, commit, read, lay out, remove, collect garbage and verify, each a fixed number of steps
// that its seed decides. What an entry must hold follows from its name, so every byte that is read
// is compared. CI also builds this with ThreadSanitizer.
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/store/store.hpp>

#include "core/file_system.hpp"
#include "support/child_process.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace vitrine::test {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kPictures = 40; ///< different ones in all
constexpr std::uint32_t kTexts = 200;
constexpr std::uint32_t kNames = 3;
constexpr int kThreads = 4;
constexpr int kProcesses = 2;
constexpr int kSteps = 25; ///< of each thread

std::string text_of(std::uint32_t number) {
    std::string text = "text " + std::to_string(number) + " ";
    // Some are too large for a pack.
    text.resize(20 + number * 37 % (number % 9 == 0 ? 2000 : 250),
                static_cast<char>('a' + number % 26));
    return text;
}

std::vector<std::uint8_t> pixels_of(std::uint32_t number) {
    constexpr std::size_t kSize = 8;
    std::vector<std::uint8_t> pixels(kSize * kSize * 3);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        pixels[i] = static_cast<std::uint8_t>(i * 37 + number * 11);
    }
    return pixels;
}

Image picture(std::uint32_t number) {
    const std::vector<std::uint8_t> pixels = pixels_of(number);
    return Image(ArrayView(pixels.data(), DType::uint8, {8, 8, 3}),
                 {.caption = std::to_string(number)});
}

/// "texts/17", "pictures/3.image-file.json": the number in the last component.
std::uint32_t number_of(std::string_view path) {
    return static_cast<std::uint32_t>(std::stoul(std::string(path.substr(path.rfind('/') + 1))));
}

void require(bool holds, const std::string& what) {
    if (!holds) {
        throw Error(ErrorCode::Corruption, what);
    }
}

/// Reads all that a version holds and compares it.
void compare(const Artifact& artifact) {
    for (const Entry& entry : artifact.entries("texts")) {
        const std::string& path = entry.path.str();
        require(artifact.get_path(path).read() == text_of(number_of(path)),
                "other bytes at " + path);
    }
    for (const auto& [name, image] : artifact.values<Image>()) {
        const std::uint32_t number = number_of(name);
        require(image.caption() == Json(std::to_string(number)), "another caption at " + name);
        require(image.pixels().bytes == pixels_of(number), "other pixels at " + name);
    }
}

/// One thread's work on a store that it shares with others.
class Worker {
public:
    Worker(const Store& store, const fs::path& folder, std::uint32_t seed)
        : store_(store), folder_(folder), random_(seed) {}

    void work() {
        for (int step = 0; step < kSteps; ++step) {
            try {
                act();
            } catch (const Error& error) {
                // Another one may have removed the version, or be at gc.
                if (error.code() != ErrorCode::NotFound && error.code() != ErrorCode::Locked) {
                    throw;
                }
            }
        }
    }

private:
    std::uint32_t pick(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_() % below);
    }
    std::string pick_name() { return "n" + std::to_string(pick(kNames)); }

    void act() {
        switch (pick(10)) {
        case 0:
        case 1:
        case 2:
            return add_and_commit();
        case 3:
            return carry();
        case 4:
            return check_out();
        case 5:
            return change_versions();
        case 6:
            store_.gc();
            return;
        case 7:
            require(store_.verify().ok(), "verify found damage");
            return;
        default:
            return compare(store_.artifact(pick_name()));
        }
    }

    /// Two threads fill one draft.
    void add_and_commit() {
        ArtifactBuilder draft = start();
        const std::uint32_t first = pick(kTexts);
        const std::uint32_t picture_number = pick(kPictures);
        std::exception_ptr failure;
        std::thread beside([&] {
            try {
                add_texts(draft, first, 15);
            } catch (...) {
                failure = std::current_exception();
            }
        });
        try {
            add_texts(draft, first + 15, 15);
            draft.add(picture(picture_number), "pictures/" + std::to_string(picture_number));
        } catch (...) {
            beside.join();
            throw;
        }
        beside.join();
        if (failure) {
            std::rethrow_exception(failure);
        }
        compare(commit(draft));
    }

    /// Another worker may have committed since the draft was begun. Then it is refused and kept.
    Artifact commit(ArtifactBuilder& draft) const {
        try {
            return store_.commit(std::move(draft));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Conflict) {
                throw;
            }
            return store_.commit(std::move(draft), {.allow_diverged = true});
        }
    }

    ArtifactBuilder start() {
        if (pick(3) == 0) {
            return store_.new_artifact(pick_name(), "dataset");
        }
        return store_.artifact(pick_name()).new_draft();
    }

    static void add_texts(ArtifactBuilder& draft, std::uint32_t first, std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint32_t number = (first + i) % kTexts;
            draft.add_bytes(text_of(number), "texts/" + std::to_string(number));
        }
    }

    /// Values of one version go into another by reference.
    void carry() {
        const Artifact source = store_.artifact(pick_name());
        ArtifactBuilder draft = store_.new_artifact("carried", "dataset");
        for (const auto& [name, image] : source.values<Image>()) {
            draft.add(image, "pictures/" + std::to_string(number_of(name)));
        }
        compare(store_.commit(std::move(draft)));
    }

    void check_out() {
        const Artifact artifact = store_.artifact(pick_name());
        const fs::path target = folder_ / ("out" + std::to_string(random_()));
        const CheckoutReport report = artifact.checkout(target);
        require(report.skipped.empty(), "a checkout skipped something");
        for (const Entry& entry : artifact.entries("texts")) {
            const std::string& path = entry.path.str();
            require(read_file(target / path) == text_of(number_of(path)),
                    "other bytes laid out at " + path);
        }
        fs::remove_all(target);
    }

    void change_versions() {
        const auto versions = store_.log(pick_name());
        const auto& version = versions[pick(static_cast<std::uint32_t>(versions.size()))];
        const std::string reference = version.name + ":v" + std::to_string(version.version);
        if (pick(3) == 0) {
            store_.set_aliases(reference, {"chosen"}, {});
        } else {
            store_.remove(reference);
        }
    }

    const Store& store_;
    fs::path folder_;
    std::mt19937 random_;
};

/// Threads that share one handle of the store. Throws what the first of them threw.
void work_at(const fs::path& root, const fs::path& folder, std::uint32_t seed) {
    const Store store = Store::open(root);
    std::mutex mutex;
    std::exception_ptr failure;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            try {
                Worker(store, folder, seed * 100 + static_cast<std::uint32_t>(i)).work();
            } catch (...) {
                const std::lock_guard lock(mutex);
                failure = std::current_exception();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

/// A store in which each name has a version.
void make_store(const fs::path& root) {
    const Store store = Store::create(root, {.durability = Durability::fast, .pack_limit = 300});
    for (std::uint32_t i = 0; i < kNames; ++i) {
        ArtifactBuilder draft = store.new_artifact("n" + std::to_string(i), "dataset");
        draft.add_bytes(text_of(i), "texts/" + std::to_string(i));
        store.commit(std::move(draft));
    }
}

} // namespace

TEST_CASE("threads and processes that add, commit, read, check out, collect and verify at once "
          "lose nothing") {
    const TemporaryDirectory folder;
    const fs::path root = folder.path() / "store";
    make_store(root);
    std::vector<ChildProcess> children;
    for (std::uint32_t seed = 1; seed <= kProcesses; ++seed) {
        children.emplace_back([&root, &folder, seed] { work_at(root, folder.path(), seed); });
    }
    for (ChildProcess& child : children) {
        CHECK(child.wait() == 0);
    }

    const Store store = Store::open(root);
    CHECK(store.verify().ok());
    std::size_t versions = 0;
    for (const ArtifactInfo& artifact : store.list()) {
        for (const VersionInfo& version : store.log(artifact.name)) {
            compare(store.artifact(version.name + ":v" + std::to_string(version.version)));
            ++versions;
        }
    }
    CHECK(versions >= 1);
}

} // namespace vitrine::test
