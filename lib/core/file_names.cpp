// SPDX-License-Identifier: MIT
#include "core/file_names.hpp"

#include "core/json_scanner.hpp"

namespace vitrine {

namespace {

/// Visits the strings in the members that name files. Returns false if the JSON contains a value of
/// a type that may name files elsewhere.
bool visit_members(const FileMembers& files, std::istream& json,
                   const std::function<void(std::string_view)>& visit) {
    bool is_complete = true;
    visit_json_strings(json, [&](std::string_view member, std::string_view text) {
        if (member == "_type") {
            is_complete = is_complete && files.types.contains(text);
        } else if (is_complete && files.members.contains(member)) {
            visit(text);
        }
    });
    return is_complete;
}

} // namespace

void for_each_file_name(const FileMembers& files, std::string_view type, const JsonOpener& open,
                        const std::function<void(std::string_view)>& visit) {
    if (files.types.contains(type) && visit_members(files, *open(), visit)) {
        return;
    }
    visit_json_strings(*open(),
                       [&](std::string_view /*member*/, std::string_view text) { visit(text); });
}

} // namespace vitrine
