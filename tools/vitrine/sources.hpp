// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/store/store.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace vitrine::tool {

/// What a SOURCE of `add` may be.
enum class SourceKind {
    file,
    folder,
    uri,   ///< "s3://bucket/x": a reference
    entry, ///< "cells:v0/slides/7": an entry or value of another version, by reference
};

/// Returns the kind of a SOURCE: an existing file or folder first, then a URI, then an entry.
/// Throws: NotFound if it is none of these.
SourceKind source_kind(const std::string& source);

/// Whether there is a file or folder of that path.
bool exists(const std::string& source);

/// Whether a URI contains a name and a password.
bool holds_password(std::string_view uri);

/// How sources are added to the draft.
struct SourceOptions {
    std::string as;         ///< --as
    bool as_folder = false; ///< `as` is a folder for more than one source, or ends with '/'
    bool move = false;
    bool mirror = false;
    bool allow_empty = false; ///< mirrors a folder that is empty or missing
    bool checksum = true;
    /// Called for each folder of a store that is left out.
    std::function<void(const std::string&)> left_out;
    ProgressOptions progress;
};

/// Adds a source to the draft. Throws: what ArtifactBuilder throws.
void add_source(const Store& store, ArtifactBuilder& draft, const std::string& source,
                const SourceOptions& options);

} // namespace vitrine::tool
