// SPDX-License-Identifier: MIT
#include "golden/value_kinds.hpp"

namespace vitrine::golden {

const ValueKind* find_kind(std::string_view class_name) {
    for (const auto kinds :
         {image_kinds(), sound_kinds(), document_kinds(), joined_kinds(), table_kinds()}) {
        for (const ValueKind& kind : kinds) {
            if (kind.class_name == class_name) {
                return &kind;
            }
        }
    }
    return nullptr;
}

} // namespace vitrine::golden
