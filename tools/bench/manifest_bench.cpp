// SPDX-License-Identifier: MIT
// Measures the cost of versions with many entries. The entries are references to objects of a
// bucket that are not read, so that only manifests are measured.
//
//     manifest_bench [--entries N] [--versions N] [--durability safe|fast] [--dir DIR]
//
// Makes a store with a version of N entries (1,000,000) in a temporary folder below DIR (the
// system's temporary folder), then more versions (100), each made from a draft of the previous one
// with 1 % of the entries changed, in random places. The entries are the same in each execution.
#include <vitrine/core/error.hpp>
#include <vitrine/store/store.hpp>

#include "core/file_system.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Settings {
    std::uint32_t entries = 1'000'000;
    std::uint32_t versions = 100;
    vitrine::Durability durability = vitrine::Durability::safe;
    fs::path parent = {}; ///< the folder for temporary files if empty
};

class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

private:
    Clock::time_point start_ = Clock::now();
};

double peak_mib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Returns the bytes of manifests, segments, records and catalogue. The store must be closed.
std::uint64_t stored_bytes(const fs::path& root) {
    std::uint64_t bytes = 0;
    for (const auto& file : fs::recursive_directory_iterator(root)) {
        bytes += file.is_regular_file() ? file.file_size() : 0;
    }
    return bytes;
}

std::string path_of(std::uint32_t number) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "images/%03u/%06u.jpg", number / 1000, number);
    return text.data();
}

class Bench {
public:
    explicit Bench(const Settings& settings)
        : settings_(settings), work_(settings.parent), root_(work_.path() / "store") {}

    void run() {
        vitrine::StoreOptions options;
        options.durability = settings_.durability;
        vitrine::Store::create(root_, options);
        empty_bytes_ = stored_bytes(root_);
        std::printf("%-34s %10s %10s %12s %10s\n", "", "fill s", "commit s", "bytes", "peak MiB");
        commit_first();
        commit_next("second version, 1 % changed");
        measure_diff();
        commit_many();
        measure_reading("reading the first version", "many:v0");
        measure_reading("reading the last version", "many");
        std::printf("peak memory %.0f MiB\n", peak_mib());
    }

private:
    void add(vitrine::ArtifactBuilder& draft, std::uint32_t number) {
        const std::string path = path_of(number);
        draft.add_reference("s3://bucket-" + std::to_string(edition_) + "/" + path, path,
                            {.checksum = false});
    }

    void report(const char* what, double filled, double committed) {
        const std::uint64_t now = stored_bytes(root_);
        added_bytes_ = now - empty_bytes_ - bytes_;
        bytes_ = now - empty_bytes_;
        if (what != nullptr) {
            std::printf("%-34s %10.3f %10.3f %12llu %10.0f\n", what, filled, committed,
                        static_cast<unsigned long long>(added_bytes_), peak_mib());
            std::fflush(stdout);
        }
    }

    void commit_first() {
        double filled = 0;
        {
            const vitrine::Store store = vitrine::Store::open(root_);
            const Stopwatch fill;
            vitrine::ArtifactBuilder draft = store.new_artifact("many", "dataset");
            for (std::uint32_t i = 0; i < settings_.entries; ++i) {
                add(draft, i);
            }
            filled = fill.seconds();
            const Stopwatch commit;
            store.commit(std::move(draft));
            first_commit_ = commit.seconds();
        }
        report("first version", filled, first_commit_);
        first_filled_ = filled;
        first_bytes_ = bytes_;
    }

    void commit_next(const char* what) {
        ++edition_;
        double filled = 0;
        double committed = 0;
        {
            const vitrine::Store store = vitrine::Store::open(root_);
            const Stopwatch fill;
            vitrine::ArtifactBuilder draft = store.artifact("many").new_draft();
            std::vector<bool> changed(settings_.entries);
            for (std::uint32_t left = settings_.entries / 100; left > 0;) {
                const auto number = static_cast<std::uint32_t>(random_() % settings_.entries);
                if (!changed[number]) {
                    changed[number] = true;
                    add(draft, number);
                    --left;
                }
            }
            filled = fill.seconds();
            const Stopwatch commit;
            store.commit(std::move(draft));
            committed = commit.seconds();
        }
        report(what, filled, committed);
        if (what != nullptr) {
            std::printf("  commit %.2fx of the first, filling and commit %.2fx; bytes %.2f %%\n",
                        committed / first_commit_,
                        (filled + committed) / (first_filled_ + first_commit_),
                        share_of_first(added_bytes_));
        }
    }

    double share_of_first(std::uint64_t bytes) const {
        return 100 * static_cast<double>(bytes) / static_cast<double>(first_bytes_);
    }

    void measure_diff() {
        const vitrine::Store store = vitrine::Store::open(root_);
        const vitrine::Artifact before = store.artifact("many:v0");
        const vitrine::Artifact after = store.artifact("many:v1");
        const Stopwatch watch;
        const auto changes = vitrine::count_changes(before.manifest(), after.manifest());
        const double seconds = watch.seconds();
        std::printf("diff of the two: %llu changed, %.3f s, %.3fx of the first commit\n",
                    static_cast<unsigned long long>(changes.changed), seconds,
                    seconds / first_commit_);
    }

    void commit_many() {
        const std::uint64_t before = bytes_;
        std::uint64_t least = UINT64_MAX;
        std::uint64_t most = 0;
        const Stopwatch watch;
        for (std::uint32_t i = 2; i <= settings_.versions; ++i) {
            commit_next(nullptr);
            least = std::min(least, added_bytes_);
            most = std::max(most, added_bytes_);
        }
        const std::uint32_t count = std::max(settings_.versions, 2U) - 1;
        std::printf("%u further versions: %.3f s each; bytes %.2f %% each, from %.2f to %.2f %%\n",
                    count, watch.seconds() / count, share_of_first((bytes_ - before) / count),
                    share_of_first(least), share_of_first(most));
        std::fflush(stdout);
    }

    void measure_reading(const char* what, const std::string& reference) {
        const vitrine::Store store = vitrine::Store::open(root_);
        const vitrine::Artifact artifact = store.artifact(reference);
        const Stopwatch walk;
        std::uint64_t entries = 0;
        for (const vitrine::Entry& entry : artifact.entries()) {
            entries += entry.ref ? 1 : 0;
        }
        const double walked = walk.seconds();
        const Stopwatch digest;
        if (artifact.manifest().digest() != artifact.digest() || entries != settings_.entries) {
            throw std::runtime_error(reference + " does not read back as it was");
        }
        const double digested = digest.seconds();
        constexpr int kLookups = 200'000;
        const Stopwatch look;
        for (int i = 0; i < kLookups; ++i) {
            const auto number = static_cast<std::uint32_t>(random_() % settings_.entries);
            if (!artifact.manifest().contains(path_of(number))) {
                throw std::runtime_error(reference + " has not got " + path_of(number));
            }
        }
        std::printf("%s: walk %.0f entries/s, digest in %.3f s, %.0f look-ups/s\n", what,
                    static_cast<double>(entries) / walked, digested, kLookups / look.seconds());
        std::fflush(stdout);
    }

    Settings settings_;
    vitrine::TemporaryDirectory work_;
    fs::path root_;
    std::mt19937_64 random_{1};
    std::uint32_t edition_ = 1;
    std::uint64_t empty_bytes_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t added_bytes_ = 0;
    std::uint64_t first_bytes_ = 0;
    double first_filled_ = 0;
    double first_commit_ = 0;
};

std::uint32_t parse_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0) {
        throw std::invalid_argument("expected a number from 1 on, got '" + std::string(text) + "'");
    }
    return number;
}

Settings parse_arguments(const std::vector<std::string>& arguments) {
    Settings settings;
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const std::string& option = arguments[i];
        if (i + 1 == arguments.size()) {
            throw std::invalid_argument("expected a value after '" + option + "'");
        }
        const std::string& value = arguments[i + 1];
        if (option == "--entries") {
            settings.entries = parse_number(value);
        } else if (option == "--versions") {
            settings.versions = parse_number(value);
        } else if (option == "--durability" && (value == "safe" || value == "fast")) {
            settings.durability =
                value == "fast" ? vitrine::Durability::fast : vitrine::Durability::safe;
        } else if (option == "--dir") {
            settings.parent = value;
        } else {
            throw std::invalid_argument("no such option: '" + option + " " + value + "'");
        }
    }
    return settings;
}

} // namespace

int main(int argc, char** argv) {
    try {
        Bench(parse_arguments({argv + 1, argv + argc})).run();
    } catch (const std::invalid_argument& error) {
        std::cerr << "manifest_bench: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "manifest_bench: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
