// SPDX-License-Identifier: MIT
// Measures how fast values are logged to a run, and how fast a run is opened again.
//
//     run_bench DIRECTORY
//
// Creates the folder, which must not exist.
#include <vitrine/core/error.hpp>
#include <vitrine/run/run.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& action) {
    const auto start = Clock::now();
    action();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

vitrine::LogValues row_of(int keys, int step) {
    vitrine::LogValues row;
    for (int key = 0; key < keys; ++key) {
        row.emplace_back("metric_" + std::to_string(key), key + 1.0 / (step + 1));
    }
    return row;
}

void measure(const std::filesystem::path& directory, int rows, int keys) {
    const double logged = seconds_of([&] {
        vitrine::Run run(directory);
        for (int step = 0; step < rows; ++step) {
            run.log(row_of(keys, step));
        }
    });
    const double opened = seconds_of([&] { const vitrine::Run run(directory); });
    std::printf("%6d rows of %4d keys: %8.0f rows/s logged, %8.0f rows/s read again\n", rows, keys,
                rows / logged, rows / opened);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2 || std::filesystem::exists(argv[1])) {
        std::fprintf(stderr, "usage: run_bench DIRECTORY (that is not there)\n");
        return 2;
    }
    try {
        measure(std::filesystem::path(argv[1]) / "narrow", 10000, 4);
        measure(std::filesystem::path(argv[1]) / "wide", 1000, 1000);
    } catch (const vitrine::Error& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    return 0;
}
