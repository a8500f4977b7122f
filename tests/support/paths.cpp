// SPDX-License-Identifier: MIT
#include "support/paths.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace vitrine::test {

namespace {

std::optional<std::filesystem::path> path_from(const char* variable) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') {
        return std::nullopt;
    }
    return std::filesystem::path(value);
}

} // namespace

std::filesystem::path test_data_dir() {
    const auto path = path_from("VITRINE_TEST_DATA");
    if (!path) {
        throw std::runtime_error("VITRINE_TEST_DATA is not set: run the tests with meson test");
    }
    return *path;
}

std::optional<std::filesystem::path> shared_dir() {
    const auto path = path_from("VITRINE_SHARED");
    return path && std::filesystem::is_directory(*path) ? path : std::nullopt;
}

std::optional<std::filesystem::path> golden_dir() {
    const auto kept = test_data_dir() / "golden";
    if (std::filesystem::is_directory(kept)) {
        return kept;
    }
    const auto shared = shared_dir();
    if (shared && std::filesystem::is_directory(*shared / "golden")) {
        return *shared / "golden";
    }
    return std::nullopt;
}

std::filesystem::path disk_dir() {
    const char* folder = std::getenv("VITRINE_TEST_DISK");
    return folder == nullptr ? "" : folder;
}

} // namespace vitrine::test
