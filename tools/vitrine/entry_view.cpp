// SPDX-License-Identifier: MIT
#include "entry_view.hpp"

namespace vitrine::tool {

Json entry_json(const Entry& entry) {
    Json json = {{"path", entry.path.str()}, {"digest", entry.digest}};
    if (entry.object) {
        json["sha256"] = entry.object->hex();
    }
    if (entry.size) {
        json["size"] = *entry.size;
    }
    if (entry.ref) {
        json["ref"] = *entry.ref;
    }
    return json;
}

} // namespace vitrine::tool
