// SPDX-License-Identifier: MIT
#include "store_location.hpp"

#include <cstdlib>
#include <system_error>

namespace fs = std::filesystem;

namespace vitrine::tool {

namespace {

constexpr const char* kFolder = ".vitrine";

std::optional<fs::path> said_location(const std::string& given) {
    if (!given.empty()) {
        return given;
    }
    const char* variable = std::getenv("VITRINE_STORE");
    if (variable != nullptr && *variable != '\0') {
        return variable;
    }
    return std::nullopt;
}

} // namespace

std::optional<fs::path> find_store(const std::string& given) {
    if (auto said = said_location(given)) {
        return said;
    }
    for (fs::path folder = fs::current_path();; folder = folder.parent_path()) {
        std::error_code error;
        if (fs::is_directory(folder / kFolder, error)) {
            return folder / kFolder;
        }
        if (folder == folder.parent_path()) {
            return std::nullopt;
        }
    }
}

fs::path new_store_location(const std::string& given) {
    return said_location(given).value_or(kFolder);
}

} // namespace vitrine::tool
