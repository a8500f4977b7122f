// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace vitrine {

/// How to find the files of a value: which strings of its JSON may be paths of files or folders.
/// (It is here for the engine, which knows no values.) See value/FORMAT.md.
struct FileMembers {
    /// The `_type`s whose JSON names files in `members` alone. Any string in the JSON of another
    /// type may name a file.
    std::set<std::string, std::less<>> types;
    /// The names of JSON members, at any depth, whose strings may name files or folders.
    std::set<std::string, std::less<>> members;
};

/// Opens the JSON text of a value at its start.
using JsonOpener = std::function<std::unique_ptr<std::istream>()>;

/// Calls `visit` for each string in a value's JSON that may be the path of one of its files or
/// folders; a string may be visited more than once. `type` is the value's `_type`: the one that is
/// recorded or that the file's name tells, since some JSON is a list and has none; "" if none is
/// known.
///
/// If `type` and each `_type` in the JSON are among `files.types`, these are the strings in
/// `files.members`, else all strings. If only a nested `_type` is not, the JSON is opened twice.
/// Throws: InvalidFormat for text that is not JSON; what `open` and `visit` throw.
void for_each_file_name(const FileMembers& files, std::string_view type, const JsonOpener& open,
                        const std::function<void(std::string_view)>& visit);

} // namespace vitrine
