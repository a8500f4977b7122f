// SPDX-License-Identifier: MIT
// Measures how fast a folder of small files becomes a version, compared with `cp -r`:
//
//     ingest_bench [--files N] [--durability safe|fast] [--dir DIR]
//
// Makes N files (20,000) of 2 to 20 KB, the same ones each time, in a temporary folder below DIR
// (the system's temporary folder), and prints a line for each operation. Writes are timed until
// the operation returns: a safe store has then flushed its bytes to the disk, `cp` has not, so
// `cp -r` is timed with `sync -f` as well.
#include <vitrine/core/error.hpp>
#include <vitrine/store/store.hpp>

#include "core/file_system.hpp"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Settings {
    std::size_t files = 20000;
    vitrine::Durability durability = vitrine::Durability::safe;
    fs::path parent = {}; ///< the folder for temporary files if empty
};

fs::path file_path(const fs::path& folder, std::size_t number) {
    return folder / std::to_string(number / 1000) / (std::to_string(number) + ".bin");
}

/// Writes file `number`; its bytes depend only on `number` and `edition`.
std::uint64_t write_file(const fs::path& folder, std::size_t number, std::uint32_t edition) {
    std::mt19937_64 engine(number * 1000003 + edition);
    const std::size_t size = 2000 + engine() % 18001;
    std::vector<std::uint64_t> words(size / sizeof(std::uint64_t) + 1);
    std::generate(words.begin(), words.end(), std::ref(engine));
    std::ofstream stream(file_path(folder, number), std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(words.data()), static_cast<std::streamsize>(size));
    if (!stream.flush()) {
        throw std::runtime_error("cannot write below '" + folder.string() + "'");
    }
    return size;
}

std::uint64_t make_files(const fs::path& folder, std::size_t count) {
    for (std::size_t number = 0; number < count; number += 1000) {
        fs::create_directories(file_path(folder, number).parent_path());
    }
    std::uint64_t bytes = 0;
    for (std::size_t number = 0; number < count; ++number) {
        bytes += write_file(folder, number, 0);
    }
    return bytes;
}

void run_command(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    pid_t child = 0;
    if (const int error =
            ::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ)) {
        throw std::system_error(error, std::generic_category(), words[0]);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) != child || status != 0) {
        throw std::runtime_error("'" + words[0] + "' failed");
    }
}

double processor_seconds() {
    double seconds = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        ::getrusage(who, &usage);
        seconds += static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    }
    return seconds;
}

double peak_megabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024; // Linux gives KiB
}

void print_heading() {
    std::printf("%-36s %9s %9s %12s %10s\n", "", "wall s", "cpu s", "files/s", "peak MiB");
}

template <class Work>
void measure(const char* what, std::size_t files, const Work& work) {
    const double processor = processor_seconds();
    const auto start = std::chrono::steady_clock::now();
    work();
    const double wall =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%-36s %9.2f %9.2f %12.0f %10.1f\n", what, wall, processor_seconds() - processor,
                static_cast<double>(files) / wall, peak_megabytes());
    std::fflush(stdout);
}

vitrine::Artifact commit_folder(const vitrine::Store& store, vitrine::ArtifactBuilder draft,
                                const fs::path& folder) {
    draft.add_dir(folder, "", {.mirror = true});
    return store.commit(std::move(draft));
}

void run(const Settings& settings) {
    const vitrine::TemporaryDirectory temporary(settings.parent);
    const fs::path& work = temporary.path();
    const fs::path files = work / "files";
    const std::uint64_t bytes = make_files(files, settings.files);
    std::printf("%zu files, %.1f MB; %s store in %s\n", settings.files,
                static_cast<double>(bytes) * 1e-6,
                settings.durability == vitrine::Durability::safe ? "safe" : "fast",
                settings.parent.c_str());
    // Otherwise unflushed data would be written while something else is timed.
    run_command({"sync", "-f", files.string()});
    print_heading();

    const fs::path copy = work / "copy";
    measure("cp -r", settings.files, [&] {
        run_command({"cp", "-r", files.string(), copy.string()});
    });
    measure("sync -f after cp -r", settings.files, [&] {
        run_command({"sync", "-f", copy.string()});
    });

    const auto store =
        vitrine::Store::create(work / "bench.vitrine", {.durability = settings.durability});
    measure("add_dir and commit", settings.files,
            [&] { commit_folder(store, store.new_artifact("files", "dataset"), files); });
    measure("the same again, new draft", settings.files,
            [&] { commit_folder(store, store.new_artifact("files", "dataset"), files); });
    measure("the same again, from the version", settings.files,
            [&] { commit_folder(store, store.artifact("files:latest").new_draft(), files); });
    for (std::size_t number = 0; number < settings.files; number += 100) {
        write_file(files, number, 1);
    }
    measure("second version, 1 % changed", settings.files,
            [&] { commit_folder(store, store.artifact("files:latest").new_draft(), files); });
    measure("checkout", settings.files, [&] {
        const auto report = store.artifact("files:v0").checkout(work / "out");
        if (report.files != settings.files) {
            throw std::runtime_error("the checkout is not complete");
        }
    });
    measure("verify", settings.files, [&] {
        if (!store.verify().ok()) {
            throw std::runtime_error("verify found damage");
        }
    });
}

Settings parse(int argc, char** argv) {
    Settings settings;
    for (int index = 1; index < argc; index += 2) {
        const std::string_view option = argv[index];
        const std::string_view value = index + 1 < argc ? argv[index + 1] : "";
        if (option == "--files") {
            const auto [end, error] =
                std::from_chars(value.data(), value.data() + value.size(), settings.files);
            if (error != std::errc{} || end != value.data() + value.size() || settings.files == 0) {
                throw std::invalid_argument("expected a number of files, got '" +
                                            std::string(value) + "'");
            }
        } else if (option == "--durability" && (value == "safe" || value == "fast")) {
            settings.durability =
                value == "safe" ? vitrine::Durability::safe : vitrine::Durability::fast;
        } else if (option == "--dir" && !value.empty()) {
            settings.parent = value;
        } else {
            throw std::invalid_argument(
                "usage: ingest_bench [--files N] [--durability safe|fast] [--dir DIR]");
        }
    }
    return settings;
}

} // namespace

int main(int argc, char** argv) {
    try {
        run(parse(argc, argv));
        return EXIT_SUCCESS;
    } catch (const std::invalid_argument& error) {
        std::cerr << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "ingest_bench: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
