// SPDX-License-Identifier: MIT
// Measures how fast tables are written and restored, in how much memory, compared with Python.
//
//     table_bench [FOLDER]      in which it makes a temporary folder for its store and files
//
// Each line is measured in a separate process, so that it has a peak of memory of its own.
#include <vitrine/vitrine.hpp>

#include "core/file_system.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef VITRINE_HAVE_SIMDJSON
#include <simdjson.h>
#endif

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;

constexpr std::size_t kPictures = 256;
constexpr std::size_t kPictureRows = 100'000;
constexpr std::size_t kManyRows = 1'000'000;

/// The results of a phase.
struct Phase {
    std::size_t rows = 0;
    std::uintmax_t bytes = 0; ///< of JSON
};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Executes `work` in a child process and prints its time, rate and peak memory.
void measure(const char* what, const std::function<Phase()>& work) {
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const auto start = std::chrono::steady_clock::now();
        try {
            const Phase phase = work();
            const double seconds = seconds_since(start);
            rusage usage{};
            getrusage(RUSAGE_SELF, &usage);
            std::printf("%-58s %7.2f s %10.0f rows/s", what, seconds,
                        static_cast<double>(phase.rows) / seconds);
            if (phase.bytes > 0) {
                std::printf(" %6.0f MB/s", static_cast<double>(phase.bytes) / 1e6 / seconds);
            } else {
                std::printf("            ");
            }
            std::printf("   peak %5ld MiB\n", usage.ru_maxrss / 1024);
            std::fflush(stdout);
            _exit(0);
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s: %s\n", what, error.what());
            _exit(1);
        }
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) {
        std::exit(1);
    }
}

void make_pictures(const fs::path& store_path) {
    auto store = Store::open_or_create(store_path);
    auto draft = store.new_artifact("pictures", "dataset");
    for (std::size_t i = 0; i < kPictures; ++i) {
        std::vector<std::uint8_t> pixels(8 * 8 * 3);
        for (std::size_t k = 0; k < pixels.size(); ++k) {
            pixels[k] = static_cast<std::uint8_t>(i + k * 7);
        }
        draft.add(Image(ArrayView(pixels.data(), DType::uint8, {8, 8, 3})),
                  "picture-" + std::to_string(i));
    }
    store.commit(std::move(draft));
}

/// Rows of an integer, a float, text and a picture of another artifact.
Phase write_pictures(const fs::path& store_path, const std::string& name, std::size_t rows) {
    const auto store = Store::open(store_path);
    std::vector<Cell> pictures;
    for (const auto& picture : store.artifact("pictures:latest").values<Image>()) {
        pictures.emplace_back(picture.value);
    }
    Table table({"id", "score", "label", "picture"});
    for (std::size_t i = 0; i < rows; ++i) {
        table.add_data({i, static_cast<double>(i) / 7, "label " + std::to_string(i % 1000),
                        pictures[i % pictures.size()]});
    }
    auto draft = store.new_artifact(name, "predictions");
    draft.add(table, "table");
    store.commit(std::move(draft));
    return {rows, 0};
}

Phase read_table(const fs::path& store_path, const std::string& name, bool restore) {
    const auto store = Store::open(store_path);
    const auto artifact = store.artifact(name + ":latest");
    const auto table = artifact.get<Table>("table");
    std::size_t pixels = 0;
    if (restore) {
        for (const TableRow& row : table->rows()) {
            pixels += row["picture"].as<Image>()->width();
        }
        if (pixels != table->nrows() * 8) {
            throw std::runtime_error("a picture came back with another width");
        }
    }
    return {table->nrows(), artifact.get_path("table").entry().object_size};
}

Phase write_scalars(const fs::path& store_path) {
    const auto store = Store::open(store_path);
    Table table({"id", "score", "label", "good"});
    for (std::size_t i = 0; i < kManyRows; ++i) {
        table.add_data({i, static_cast<double>(i) / 7, "label " + std::to_string(i), i % 3 == 0});
    }
    auto draft = store.new_artifact("scalars", "predictions");
    draft.add(table, "table");
    store.commit(std::move(draft));
    return {kManyRows, 0};
}

#ifdef VITRINE_HAVE_SIMDJSON
/// Measures simdjson visiting every cell; nothing is stored.
Phase read_by_simdjson(const fs::path& file) {
    const simdjson::padded_string text = simdjson::padded_string::load(file.string());
    simdjson::ondemand::parser parser;
    auto document = parser.iterate(text);
    std::size_t rows = 0;
    double sum = 0;
    for (simdjson::ondemand::array row : document["data"].get_array()) {
        for (simdjson::ondemand::value cell : row) {
            const simdjson::ondemand::json_type type = cell.type();
            if (type == simdjson::ondemand::json_type::number) {
                sum += cell.get_double();
            } else if (type == simdjson::ondemand::json_type::string) {
                sum += static_cast<double>(std::string_view(cell.get_string()).size());
            } else {
                sum += cell.get_bool() ? 1 : 0;
            }
        }
        ++rows;
    }
    if (sum == 0) {
        throw std::runtime_error("simdjson gave nothing");
    }
    return {rows, text.size()};
}
#endif

Phase read_by_python(const fs::path& file) {
    const std::string command = "python3 -c \"import json; print(len(json.load(open('" +
                                file.string() + "'))['data']))\" > /dev/null";
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error("python3 could not read the table");
    }
    return {kManyRows, fs::file_size(file)};
}

} // namespace

int main(int argc, char** argv) {
    const TemporaryDirectory temporary(argc > 1 ? fs::path(argv[1]) : fs::path());
    const fs::path& folder = temporary.path();
    const fs::path store = folder / "bench.vitrine";
    const fs::path file = folder / "scalars.table.json";

    measure("make pictures", [&] {
        make_pictures(store);
        return Phase{kPictures, 0};
    });
    measure("100,000 rows with a picture: build, add, commit",
            [&] { return write_pictures(store, "some", kPictureRows); });
    measure("100,000 rows with a picture: read", [&] { return read_table(store, "some", false); });
    measure("100,000 rows with a picture: read, restore each picture",
            [&] { return read_table(store, "some", true); });
    measure("1,000,000 rows with a picture: build, add, commit",
            [&] { return write_pictures(store, "many", kManyRows); });
    measure("1,000,000 rows with a picture: read",
            [&] { return read_table(store, "many", false); });
    measure("1,000,000 rows of scalars: build, add, commit", [&] { return write_scalars(store); });
    measure("1,000,000 rows of scalars: read", [&] { return read_table(store, "scalars", false); });
    measure("(the file for the others)", [&] {
        Store::open(store).artifact("scalars:latest").get_path("table").download(folder);
        fs::rename(folder / "table.table.json", file);
        return Phase{kManyRows, 0};
    });
#ifdef VITRINE_HAVE_SIMDJSON
    measure("1,000,000 rows of scalars: simdjson, nothing kept",
            [&] { return read_by_simdjson(file); });
#endif
    measure("1,000,000 rows of scalars: Python's json (its memory: below)",
            [&] { return read_by_python(file); });
    rusage children{};
    getrusage(RUSAGE_CHILDREN, &children);
    std::printf("peak of all, Python among them: %ld MiB\n", children.ru_maxrss / 1024);
}
