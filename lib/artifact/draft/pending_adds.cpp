// SPDX-License-Identifier: MIT
#include "artifact/draft/pending_adds.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <tuple>
#include <utility>

namespace vitrine {

namespace {

Json annotations_of(const Entry& entry) {
    return entry.extra.is_object() ? entry.extra.value("vitrine", Json()) : Json();
}

std::tuple<int, bool> weight_of(const Entry& entry) {
    const int origin = !entry.ref ? 2 : entry.object ? 1 : 0;
    return {origin, entry.value_type.has_value()};
}

} // namespace

void PendingAdds::put(Item item) {
    const std::string path = item.entry.path.str();
    const auto [there, is_new] = items.try_emplace(path, std::move(item)); // not if it is there
    if (!is_new && !same_content(there->second.entry, item.entry)) {
        throw_same_path(path);
    }
    // What the user names is not a file that values bring, even if one brings it too.
    there->second.implicit = there->second.implicit && item.implicit;
}

bool same_content(const Entry& a, const Entry& b) {
    // MD5 collides, so it decides only where nothing else is known.
    if (a.object && b.object && a.object != b.object) {
        return false;
    }
    return a.digest == b.digest && annotations_of(a) == annotations_of(b);
}

bool says_more(const Entry& a, const Entry& b) {
    return weight_of(a) > weight_of(b);
}

void throw_same_path(const std::string& path) {
    throw Error(ErrorCode::AlreadyExists, concat("cannot add the same path twice: ", quoted(path)));
}

} // namespace vitrine
