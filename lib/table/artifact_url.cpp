// SPDX-License-Identifier: MIT
#include "table/artifact_url.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/value/value_source.hpp>

#include "core/text.hpp"

namespace vitrine {

Json artifact_path_json(const Value& value) {
    const auto& source = value.artifact_source();
    if (!source || source->name.empty() || source->artifact->id().empty()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("a value of type ", value.class_name(),
                           " must be added to an artifact and restored from it before it is logged "
                           "to a run"));
    }
    const std::string path = source->artifact->contains(source->name)
                                 ? source->name
                                 : with_suffix(source->name, value.type());
    Json json = Json::object();
    json["_type"] = value.type();
    json["artifact_path"] =
        concat("wandb-artifact://", render_hex(source->artifact->id()), "/", path);
    return json;
}

} // namespace vitrine
