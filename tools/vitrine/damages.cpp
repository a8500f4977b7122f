// SPDX-License-Identifier: MIT
#include "damages.hpp"

#include <string>

namespace vitrine::tool {

Json damages_json(const std::vector<Damage>& damages) {
    Json array = Json::array();
    for (const auto& damage : damages) {
        Json entries = Json::array();
        for (const auto& entry : damage.entries) {
            entries.push_back(json_text(entry));
        }
        array.push_back({{"object", json_text(damage.object)},
                         {"problem", json_text(damage.problem)},
                         {"entries", entries},
                         {"versions", damage.versions}});
    }
    return array;
}

namespace {

void print_list(Output& out, const std::string& title, const std::vector<std::string>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        out.line("  " + (i == 0 ? title : std::string(title.size(), ' ')) + "  " +
                 printable(items[i]));
    }
}

} // namespace

void print_damages(Output& out, const std::vector<Damage>& damages) {
    for (const auto& damage : damages) {
        out.line(out.heading("damaged " + printable(damage.object)) + ": " +
                 printable(damage.problem));
        print_list(out, "entries ", damage.entries);
        print_list(out, "versions", damage.versions);
    }
}

} // namespace vitrine::tool
