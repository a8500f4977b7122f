// SPDX-License-Identifier: MIT
#include "value/file_members.hpp"

namespace vitrine {

FileMembers file_members_of(const TypeRegistry& types) {
    FileMembers files;
    for (const ValueType& type : types.type_mapping()) {
        if (type.file_members) {
            files.types.insert(type.type);
            files.members.insert(type.file_members->begin(), type.file_members->end());
        }
    }
    return files;
}

} // namespace vitrine
