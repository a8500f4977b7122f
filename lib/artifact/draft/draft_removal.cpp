// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "artifact/draft/draft.hpp"
#include "core/text.hpp"
#include "reference/uri.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace vitrine {

namespace {

/// Values read at once: the names in all of them are in memory together.
constexpr std::size_t kValuesPerBatch = 4096;

/// Returns whether the names in a value's JSON are files of this draft. A reference to another
/// artifact names the files of that one.
bool names_own_files(const Entry& entry) {
    return entry.value_type && entry.object && !entry.ref;
}

} // namespace

std::vector<std::string> ArtifactBuilder::Draft::names_of(const Entry& entry) const {
    if (!names_own_files(entry)) {
        return {};
    }
    try {
        return paths_in_json(files_, *entry.value_type,
                             [&] { return storage_->open(*entry.object); });
    } catch (Error& error) {
        error.add_context(concat("reading ", quoted(entry.path.str())));
        throw;
    }
}

void ArtifactBuilder::Draft::require_uses() {
    if (uses_) {
        return;
    }
    MediaUses uses;
    std::vector<Entry> values;
    const auto count = [&] {
        std::vector<std::vector<std::string>> names(values.size());
        // Isolated: this thread holds the lock. While it waits it must not execute a task of
        // another call, which would wait for the lock.
        oneapi::tbb::this_task_arena::isolate([&] {
            oneapi::tbb::parallel_for(std::size_t{0}, values.size(),
                                      [&](std::size_t i) { names[i] = names_of(values[i]); });
        });
        std::ranges::for_each(names, [&](const auto& paths) { uses.add(paths); });
        values.clear();
    };
    for (const Entry& entry : entries_.manifest().entries()) {
        if (names_own_files(entry)) {
            values.push_back(entry);
        }
        if (values.size() == kValuesPerBatch) {
            count();
        }
    }
    count();
    uses_ = std::move(uses);
}

bool ArtifactBuilder::Draft::is_file_of_values(const Entry& entry) const {
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
    const std::string class_sets = dialect_->class_set_path();
    if (path == class_sets || path == dialect_->alternative_path(class_sets, md5)) {
        return true;
    }
    const std::string name(entry.path.file_name());
    const std::size_t dot = name.find('.');
    const std::string suffix = dot == std::string::npos ? "" : name.substr(dot);
    for (std::string folder = path; folder.find('/') != std::string::npos;) {
        folder.resize(folder.rfind('/'));
        if (path == dialect_->user_media_path(folder, *entry.object, name) ||
            path == dialect_->made_media_path(folder, md5, suffix)) {
            return true;
        }
    }
    return false;
}

std::uint64_t ArtifactBuilder::Draft::sweep_locked(std::vector<std::string> unused,
                                                   const std::vector<std::string_view>& keep) {
    std::uint64_t swept = 0;
    while (!unused.empty()) {
        const std::string path = std::move(unused.back());
        unused.pop_back();
        if (uses_->count(path) > 0 || std::ranges::binary_search(keep, path)) {
            continue;
        }
        const auto entry = entries_.find(path);
        if (!entry || !is_file_of_values(*entry)) {
            continue;
        }
        std::ranges::move(uses_->remove(names_of(*entry)), std::back_inserter(unused));
        entries_.erase(path);
        ++swept;
    }
    return swept;
}

std::uint64_t ArtifactBuilder::Draft::erase_locked(const std::vector<Entry>& entries,
                                                   const std::vector<std::string_view>& keep) {
    if (std::ranges::any_of(entries, names_own_files)) {
        require_uses();
    }
    std::vector<std::string> unused;
    std::uint64_t erased = 0;
    for (const Entry& entry : entries) {
        if (names_own_files(entry)) {
            std::ranges::move(uses_->remove(names_of(entry)), std::back_inserter(unused));
        }
        erased += entries_.erase(entry.path.str()) ? 1 : 0;
    }
    return erased + sweep_locked(std::move(unused), keep);
}

std::uint64_t ArtifactBuilder::Draft::remove(std::string_view path) {
    const std::lock_guard lock(mutex_);
    std::vector<Entry> entries;
    if (auto entry = entries_.find(path)) {
        entries.push_back(*std::move(entry));
    } else if (!path.empty()) {
        for (const Entry& below : entries_.manifest().entries(path)) {
            entries.push_back(below);
        }
    }
    if (entries.empty()) {
        throw Error(ErrorCode::NotFound, concat("path not contained in the draft of ",
                                                quoted(name_), ": ", quoted(path)));
    }
    return erase_locked(entries, {});
}

void ArtifactBuilder::Draft::mirror(std::string_view name, const std::vector<std::string>& files) {
    std::vector<std::string> paths;
    paths.reserve(files.size());
    for (const std::string& file : files) {
        paths.push_back(join_path(name, file));
    }
    std::ranges::sort(paths);
    const std::vector<std::string_view> kept(paths.begin(), paths.end());
    const std::lock_guard lock(mutex_);
    std::vector<Entry> gone;
    for (const Entry& entry : entries_.manifest().entries(name)) {
        if (!std::ranges::binary_search(kept, std::string_view(entry.path.str()))) {
            gone.push_back(entry);
        }
    }
    erase_locked(gone, kept);
}

} // namespace vitrine
