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
#include "value/file_members.hpp"

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

/// One of the two artifacts, and how its values name their files.
struct Side {
    explicit Side(const Artifact& artifact)
        : content(content_of(artifact)), files(file_members_of(content->types())) {}

    bool is_value(const std::optional<Entry>& entry) const {
        return entry && content->value_type(*entry);
    }
    /// Whether the entry is a value whose JSON names files of the same artifact.
    bool has_own_files(const std::optional<Entry>& entry) const {
        return is_value(entry) && !entry->ref && content->has_bytes(*entry);
    }

    Content content;
    FileMembers files;
};

/// The values that differ, by the paths of the files that their JSON names.
class Owners {
public:
    void add(const Side& side, const std::optional<Entry>& entry) {
        if (!side.has_own_files(entry)) {
            return;
        }
        const std::string& value = entry->path.str();
        try {
            for (std::string& path :
                 paths_in_json(side.files, *side.content->value_type(*entry),
                               [&] { return side.content->open_bytes(*entry); })) {
                std::vector<std::string>& values = by_path_[std::move(path)];
                if (values.empty() || values.back() != value) {
                    values.push_back(value);
                }
            }
        } catch (Error& error) {
            error.add_context(
                concat("reading ", quoted(value), " of ", quoted(side.content->name())));
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

} // namespace

void for_each_difference(const Artifact& before, const Artifact& after,
                         const std::function<void(const EntryDifference&)>& visit) {
    const Side old_side(before);
    const Side new_side(after);
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
        owners.add(old_side, difference.before);
        owners.add(new_side, difference.after);
    });
    for_each([&](EntryDifference difference) {
        const bool is_value =
            old_side.is_value(difference.before) || new_side.is_value(difference.after);
        difference.values = owners.of(difference.path(), is_value);
        visit(difference);
    });
}

} // namespace vitrine
