// SPDX-License-Identifier: MIT
#include "target.hpp"

#include <vitrine/core/error.hpp>

#include <filesystem>
#include <optional>
#include <system_error>

namespace fs = std::filesystem;

namespace vitrine::tool {

namespace {

bool is_folder(const std::string& text) {
    std::error_code error;
    return fs::is_directory(text, error);
}

Artifact open_folder(const std::string& target) {
    if (Store::exists(target)) {
        throw UsageError("'" + target + "' is a store: name one of its artifacts, with --store '" +
                         target + "'");
    }
    return Artifact::open_directory(target);
}

/// Opens a folder and says which parts of it are no content.
Artifact open_content(Session& session, const std::string& target) {
    Artifact artifact = open_folder(target);
    for (const std::string& folder : artifact.left_out()) {
        session.messages().warn("left out, since it is the folder of a store: '" + folder + "'");
    }
    return artifact;
}

/// The artifact, or nothing where the store has none of that name, or there is no store.
std::optional<Artifact> find_artifact(Session& session, const std::string& reference,
                                      Access access) {
    const auto store = session.try_open_store(access);
    if (!store) {
        return std::nullopt;
    }
    try {
        return store->artifact(reference);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::NotFound || error.code() == ErrorCode::InvalidArgument) {
            return std::nullopt;
        }
        throw;
    }
}

} // namespace

Artifact open_target(Session& session, const std::string& target, Access access) {
    if (target.find('/') != std::string::npos || target == "." || target == "..") {
        return open_content(session, target);
    }
    if (is_folder(target)) {
        auto artifact = find_artifact(session, target, access);
        return artifact ? *std::move(artifact) : open_content(session, target);
    }
    return session.open_store(access).artifact(target);
}

void check_reference(const std::string& reference) {
    if (reference.find('/') != std::string::npos) {
        throw UsageError("expected NAME or NAME:VERSION, got '" + reference + "'");
    }
}

} // namespace vitrine::tool
