// SPDX-License-Identifier: MIT
#include "golden/deviations.hpp"

#include <doctest/doctest.h>

namespace vitrine::golden {

using Kind = Deviation::Kind;

const std::vector<Deviation>& deviations() {
    static const std::vector<Deviation> all = [] {
        std::vector<Deviation> joined;
        for (const auto table : {artifact_deviations(), cross_deviations(), document_deviations(),
                                 image_deviations(), run_deviations(), table_deviations()}) {
            joined.insert(joined.end(), table.begin(), table.end());
        }
        return joined;
    }();
    return all;
}

const Deviation* find_deviation(std::string_view test_case, std::string_view where) {
    for (const auto& deviation : deviations()) {
        if (deviation.test_case == test_case && deviation.where == where) {
            return &deviation;
        }
    }
    return nullptr;
}

Json deviated(const Json& record, const Deviation& deviation) {
    Json changed = record;
    switch (deviation.kind) {
    case Kind::Refused:
        REQUIRE_FALSE(record.contains("error"));
        changed["error"] = Json{{"code", to_string(deviation.code)}};
        break;
    case Kind::Accepted:
        REQUIRE(record.contains("error"));
        changed.erase("error");
        [[fallthrough]];
    case Kind::Differs:
        if (!deviation.patch.empty()) {
            changed.merge_patch(parse_json(deviation.patch));
        }
        break;
    }
    REQUIRE(changed != record);
    return changed;
}

} // namespace vitrine::golden
