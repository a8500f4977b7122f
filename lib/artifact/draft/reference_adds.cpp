// SPDX-License-Identifier: MIT
#include "artifact/draft/reference_adds.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/uri.hpp"

#include <string>

namespace vitrine {

Entry ReferenceAdds::add(const ArtifactContent& content, const Entry& entry,
                         std::string_view name) {
    if (!references_.can_refer_to(content)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("cannot refer to ", quoted(entry.path.str()), " of ",
                           quoted(content.name()),
                           ", which is no artifact of this store: add its files instead"));
    }
    const std::string path(name.empty() ? last_component(entry.path.str()) : name);
    return table_.apply(references_.make(content, entry, path));
}

std::vector<Entry> ReferenceAdds::add(std::string_view uri, std::string_view name,
                                      const AddReferenceOptions& options) {
    if (const auto artifact_uri = ArtifactUri::try_parse(uri)) {
        const auto content = references_.find_source(artifact_uri->id);
        return {add(*content, content->require(artifact_uri->path), name)};
    }
    std::vector<Entry> entries = handlers_.track(uri, {.name = std::string(name),
                                                       .checksum = options.checksum,
                                                       .max_objects = options.max_objects,
                                                       .stop = options.stop,
                                                       .left_out = options.left_out});
    PendingAdds pending;
    for (const Entry& entry : entries) {
        pending.put({.entry = entry});
    }
    table_.apply(pending);
    return entries;
}

} // namespace vitrine
