// SPDX-License-Identifier: MIT
#include "artifact/draft/value_files.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/content/artifact_content.hpp"
#include "core/parallel.hpp"
#include "core/text.hpp"
#include "reference/uri.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

/// Values read at once: the names in all of them are in memory together.
constexpr std::size_t kValuesPerBatch = 4096;

} // namespace

std::vector<std::string> ValueFiles::names_of(const Entry& entry) const {
    if (!names_own_files(entry)) {
        return {};
    }
    try {
        return paths_in_json(members_, *entry.value_type,
                             [&] { return staging_.open(*entry.object); });
    } catch (Error& error) {
        error.add_context(concat("reading ", quoted(entry.path.str())));
        throw;
    }
}

bool ValueFiles::is_file_of_values(const Entry& entry) const {
    const std::string& path = entry.path.str();
    if (entry.ref) {
        // A value that came from elsewhere brings its files as references under their own paths.
        const auto uri = ArtifactUri::try_parse(*entry.ref);
        return uri && uri->path == path;
    }
    if (!entry.object || !has_md5(entry)) {
        return false;
    }
    const Md5 md5 = Md5::parse_base64(entry.digest);
    const std::string class_sets = dialect_.class_set_path();
    if (path == class_sets || path == dialect_.alternative_path(class_sets, md5)) {
        return true;
    }
    const std::string name(entry.path.file_name());
    const std::size_t dot = name.find('.');
    const std::string suffix = dot == std::string::npos ? "" : name.substr(dot);
    for (std::string folder = path; folder.find('/') != std::string::npos;) {
        folder.resize(folder.rfind('/'));
        if (path == dialect_.user_media_path(folder, *entry.object, name) ||
            path == dialect_.made_media_path(folder, md5, suffix)) {
            return true;
        }
    }
    return false;
}

MediaUses& ValueFiles::uses(const DraftEntries& entries) {
    if (!uses_) {
        uses_ = count(entries);
    }
    return *uses_;
}

void ValueFiles::add(const Entry& entry) {
    if (uses_) {
        uses_->add(names_of(entry));
    }
}

MediaUses ValueFiles::count(const DraftEntries& entries) const {
    MediaUses uses;
    std::vector<Entry> values;
    for (const Entry& entry : entries.manifest().entries()) {
        if (names_own_files(entry)) {
            values.push_back(entry);
        }
        if (values.size() == kValuesPerBatch) {
            count(uses, std::exchange(values, {}));
        }
    }
    count(uses, std::move(values));
    return uses;
}

void ValueFiles::count(MediaUses& uses, std::vector<Entry> values) const {
    std::vector<std::vector<std::string>> names(values.size());
    // Isolated: this thread holds the draft's lock. While it waits it must not execute a task of
    // another call, which would wait for the lock.
    isolate_tasks([&] {
        parallel_for(values.size(), [&](std::size_t i) { names[i] = names_of(values[i]); });
    });
    std::ranges::for_each(names, [&](const auto& paths) { uses.add(paths); });
}

} // namespace vitrine
