// SPDX-License-Identifier: MIT
//
// A file of a value has a path that its bytes decide, so where one changes the JSON that names it
// changes too. So the values of a difference are looked for among what differs, and nothing else
// is read.
#include <vitrine/artifact/diff.hpp>
#include <vitrine/core/error.hpp>

#include "artifact/content/artifact_content.hpp"
#include "artifact/draft/media_uses.hpp"
#include "core/text.hpp"
#include "manifest/difference.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace vitrine {

namespace {

using Content = std::shared_ptr<const ArtifactContent>;

Content content_of(const Artifact& artifact) {
    return std::static_pointer_cast<const ArtifactContent>(artifact.source());
}

/// All that a folder without a manifest knows of a file is its MD5.
bool is_bare_file(const EntryFields& fields) {
    return fields.object.empty() && !fields.ref && !fields.birth_id && !fields.extra;
}

bool same_content(const EntryFields& a, const EntryFields& b) {
    if (a.digest != b.digest || (!a.object.empty() && !b.object.empty() && a.object != b.object)) {
        return false;
    }
    return is_bare_file(a) || is_bare_file(b) ||
           (a.size == b.size && a.ref == b.ref && a.birth_id == b.birth_id && a.extra == b.extra);
}

bool differs(const ItemPair& pair) {
    return pair.before == nullptr || pair.after == nullptr ||
           !same_content(*pair.before, *pair.after);
}

std::optional<Entry> entry_at(std::string_view path, const EntryFields* fields) {
    return fields == nullptr ? std::nullopt : std::optional(fields->entry(path));
}

/// The values that differ, by the paths of the files that their JSON names.
class Owners {
public:
    void add(const ArtifactContent& content, const Entry& entry) {
        const std::string& value = entry.path.str();
        try {
            for (std::string& path : paths_in_json(*content.open_bytes(entry))) {
                std::vector<std::string>& values = by_path_[std::move(path)];
                if (values.empty() || values.back() != value) {
                    values.push_back(value);
                }
            }
        } catch (Error& error) {
            error.add_context(concat("reading ", quoted(value), " of ", quoted(content.name())));
            throw;
        }
    }

    std::vector<std::string> of(const std::string& path, bool is_value) const {
        std::vector<std::string> values;
        if (const auto found = by_path_.find(path); found != by_path_.end()) {
            values = found->second;
        }
        if (is_value) {
            values.push_back(path);
        }
        std::ranges::sort(values);
        values.erase(std::unique(values.begin(), values.end()), values.end());
        return values;
    }

private:
    std::map<std::string, std::vector<std::string>, std::less<>> by_path_;
};

/// Whether the files that a value's JSON names are of the same artifact.
bool has_own_files(const ArtifactContent& content, const Entry& entry) {
    return content.value_type(entry) && !entry.ref && content.has_bytes(entry);
}

} // namespace

void for_each_difference(const Artifact& before, const Artifact& after,
                         const std::function<void(const EntryDifference&)>& visit) {
    const Content old_content = content_of(before);
    const Content new_content = content_of(after);
    Owners owners;
    const auto for_each = [&](const auto& use) {
        for_each_difference(before.manifest(), after.manifest(), [&](const ItemPair& pair) {
            if (differs(pair)) {
                use(EntryDifference{entry_at(pair.path, pair.before),
                                    entry_at(pair.path, pair.after)});
            }
        });
    };
    for_each([&](const EntryDifference& difference) {
        if (difference.before && has_own_files(*old_content, *difference.before)) {
            owners.add(*old_content, *difference.before);
        }
        if (difference.after && has_own_files(*new_content, *difference.after)) {
            owners.add(*new_content, *difference.after);
        }
    });
    for_each([&](EntryDifference difference) {
        const bool is_value = (difference.after && new_content->value_type(*difference.after)) ||
                              (difference.before && old_content->value_type(*difference.before));
        difference.values = owners.of(difference.path(), is_value);
        visit(difference);
    });
}

} // namespace vitrine
