// SPDX-License-Identifier: MIT
#include "sources.hpp"

#include <vitrine/core/error.hpp>

#include <cctype>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

namespace fs = std::filesystem;

namespace vitrine::tool {

namespace {

/// A scheme (RFC 3986) and "://".
bool is_uri(std::string_view text) {
    const auto end = text.find("://");
    if (end == std::string_view::npos || end == 0 ||
        std::isalpha(static_cast<unsigned char>(text[0])) == 0) {
        return false;
    }
    for (const char c : text.substr(0, end)) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 &&
            std::string_view("+-.").find(c) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

/// "cells:v0/slides/7" -> ("cells:v0", "slides/7"); the second is empty where there is none.
std::pair<std::string, std::string> split_entry(const std::string& text) {
    const auto slash = text.find('/');
    if (slash == std::string::npos) {
        return {text, ""};
    }
    return {text.substr(0, slash), text.substr(slash + 1)};
}

/// `--as` with a folder in front of `name`, or alone.
std::string name_for(const SourceOptions& options, const std::string& name) {
    if (options.as.empty()) {
        return name;
    }
    if (!options.as_folder) {
        return options.as;
    }
    return options.as + (options.as.ends_with('/') ? "" : "/") + name;
}

std::string without_slashes_at_end(std::string text) {
    text.erase(text.find_last_not_of('/') + 1);
    return text;
}

void add_entry(const Store& store, ArtifactBuilder& draft, const std::string& source,
               const SourceOptions& options) {
    const auto [reference, path] = split_entry(source);
    const Artifact artifact = store.artifact(reference);
    const ArtifactPath entry = artifact.get_path(path);
    if (entry.entry().value_type) {
        draft.add(*artifact.get(path), name_for(options, path));
    } else {
        draft.add_reference(entry, name_for(options, path));
    }
}

void add_folder(ArtifactBuilder& draft, const std::string& source, const SourceOptions& options) {
    const AddedFiles added = draft.add_dir(source, without_slashes_at_end(options.as),
                                           {.mirror = options.mirror,
                                            .allow_empty = options.allow_empty,
                                            .move = options.move,
                                            .progress = options.progress});
    for (const std::string& folder : added.left_out) {
        options.left_out(folder);
    }
}

} // namespace

bool holds_password(std::string_view uri) {
    const auto start = uri.find("://");
    if (!is_uri(uri)) {
        return false;
    }
    const std::string_view host =
        uri.substr(start + 3, uri.find_first_of("/?#", start + 3) - start - 3);
    const auto at = host.rfind('@');
    return at != std::string_view::npos && host.substr(0, at).find(':') != std::string_view::npos;
}

bool exists(const std::string& source) {
    std::error_code error;
    return fs::exists(source, error);
}

SourceKind source_kind(const std::string& source) {
    std::error_code error;
    const auto status = fs::status(source, error);
    if (fs::is_directory(status)) {
        return SourceKind::folder;
    }
    if (fs::exists(status)) {
        return SourceKind::file;
    }
    if (is_uri(source)) {
        return SourceKind::uri;
    }
    const auto [reference, path] = split_entry(source);
    if (reference.find(':') != std::string::npos && !path.empty()) {
        return SourceKind::entry;
    }
    throw Error(ErrorCode::NotFound, "no file, folder, URI or NAME:VERSION/PATH: '" + source + "'");
}

void add_source(const Store& store, ArtifactBuilder& draft, const std::string& source,
                const SourceOptions& options) {
    const bool mirrors_nothing = options.mirror && options.allow_empty && !exists(source);
    switch (mirrors_nothing ? SourceKind::folder : source_kind(source)) {
    case SourceKind::file: {
        const std::string own_name = fs::path(source).filename().string();
        draft.add_file(source, name_for(options, own_name), {.move = options.move});
        break;
    }
    case SourceKind::folder:
        add_folder(draft, source, options);
        break;
    case SourceKind::uri: {
        const std::string own_name = source.substr(source.find_last_of('/') + 1);
        const std::string name = options.as.empty() ? "" : name_for(options, own_name);
        // A folder stands for all of its files, however many.
        draft.add_reference(source, name,
                            {.checksum = options.checksum,
                             .max_objects = std::numeric_limits<std::uint64_t>::max(),
                             .stop = options.progress.stop,
                             .left_out = options.left_out});
        break;
    }
    case SourceKind::entry:
        add_entry(store, draft, source, options);
        break;
    }
}

} // namespace vitrine::tool
