// SPDX-License-Identifier: MIT
#include "store_location.hpp"

#include <vitrine/core/error.hpp>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
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

/// Whether the user who runs the command, or who called sudo, owns what has this owner.
bool is_own(uid_t owner) {
    if (owner == ::geteuid()) {
        return true;
    }
    const char* caller = std::getenv("SUDO_UID");
    return ::geteuid() == 0 && caller != nullptr && caller == std::to_string(owner);
}

std::string name_of(uid_t user) {
    const passwd* known = ::getpwuid(user);
    return known == nullptr ? std::to_string(user) : known->pw_name;
}

/// The file of a user that names trusted stores; "" without $HOME.
fs::path trusted_list() {
    const char* home = std::getenv("HOME");
    return home == nullptr || *home == '\0' ? fs::path()
                                            : fs::path(home) / ".config" / "vitrine" / "trusted";
}

/// Whether a line of the list is the path of the folder, as it was found or without links.
bool is_listed(const fs::path& folder) {
    std::error_code error;
    const std::string real = fs::canonical(folder, error).native();
    std::ifstream list(trusted_list());
    for (std::string line; std::getline(list, line);) {
        if (!line.empty() && (line == folder.native() || line == real)) {
            return true;
        }
    }
    return false;
}

/// Checks the owners of a folder and, if it is one, of the link that leads to it.
void require_trusted(const fs::path& folder) {
    for (const auto look : {::lstat, ::stat}) {
        struct stat status {};
        if (look(folder.c_str(), &status) != 0) {
            throw IoError("look at", folder, {errno, std::generic_category()});
        }
        if (!is_own(status.st_uid) && !is_listed(folder)) {
            throw Error(ErrorCode::NotAStore,
                        "store '" + folder.native() + "' belongs to another user, '" +
                            name_of(status.st_uid) +
                            "': if you trust it, give --trust or --store, or add its path as a "
                            "line to '" +
                            trusted_list().native() + "'");
        }
    }
}

} // namespace

std::optional<fs::path> find_store(const std::string& given, bool trust) {
    if (auto said = said_location(given)) {
        return said;
    }
    for (fs::path folder = fs::current_path();; folder = folder.parent_path()) {
        std::error_code error;
        if (fs::is_directory(folder / kFolder, error)) {
            if (!trust) {
                require_trusted(folder / kFolder);
            }
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
