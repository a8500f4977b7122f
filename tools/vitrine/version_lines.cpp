// SPDX-License-Identifier: MIT
#include "version_lines.hpp"

#include <vitrine/core/digest.hpp>

namespace vitrine::tool {

std::string version_name(const VersionInfo& version) {
    return version.name + ":v" + std::to_string(version.version);
}

std::string base_name(const VersionInfo& version) {
    if (!version.base) {
        return {};
    }
    return version.base_name.value_or(version.name) + ":v" + std::to_string(*version.base);
}

Json version_json(const VersionInfo& version) {
    const std::string base = base_name(version);
    return {{"name", version.name},
            {"version", "v" + std::to_string(version.version)},
            {"id", render_hex(version.id)},
            {"type", version.type},
            {"digest", version.digest},
            {"aliases", version.aliases},
            {"created", version.created_at},
            {"description", version.description},
            {"entries", version.entries},
            {"size", version.size},
            {"base", base.empty() ? Json() : Json(base)},
            {"run", version.run ? Json(*version.run) : Json()}};
}

void print_versions(Session& session, const std::vector<VersionInfo>& versions) {
    if (session.out().json()) {
        Json document = Json::array();
        for (const auto& version : versions) {
            document.push_back(version_json(version));
        }
        session.out().document(document);
        return;
    }
    using Side = TextTable::Align;
    TextTable table({{"VERSION"},
                     {"CREATED"},
                     {"ENTRIES", Side::right},
                     {"SIZE", Side::right},
                     {"DIGEST"},
                     {"BASE"},
                     {"RUN"},
                     {"ALIASES"},
                     {"DESCRIPTION"}});
    for (const auto& version : versions) {
        const std::string description =
            version.description.substr(0, version.description.find('\n'));
        table.add({"v" + std::to_string(version.version), version.created_at,
                   std::to_string(version.entries), human_size(version.size),
                   short_digest(version.digest), base_name(version), version.run.value_or(""),
                   joined(version.aliases), printable(description)});
    }
    session.out().table(table);
}

} // namespace vitrine::tool
