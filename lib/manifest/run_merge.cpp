// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "manifest/run_file.hpp"

#include <utility>

namespace vitrine {

namespace {

using Runs = std::vector<std::shared_ptr<const RunReader>>;

/// The entries of some runs, one at a time; counts them if it is told how many to expect.
class RunsCursor : public EntryCursor {
public:
    RunsCursor(const Runs& runs, std::string_view first, std::optional<std::uint64_t> expected)
        : merge_(runs, first), expected_(expected) {}

    std::optional<Entry> next() override {
        while (auto item = merge_.next()) {
            if (item->entry) {
                ++count_;
                return std::move(item->entry);
            }
        }
        if (expected_ && count_ != *expected_) {
            throw Error(ErrorCode::Corruption, concat("manifest is damaged: expected ", *expected_,
                                                      " entries, got ", count_));
        }
        return std::nullopt;
    }

private:
    RunMerge merge_;
    std::optional<std::uint64_t> expected_;
    std::uint64_t count_ = 0;
};

class RunsStorage : public EntryStorage {
public:
    RunsStorage(Runs runs, std::uint64_t entries) : runs_(std::move(runs)), entries_(entries) {}

    std::uint64_t count() const override { return entries_; }

    std::optional<Entry> find(std::string_view path) const override {
        for (const auto& run : runs_) {
            if (auto item = run->find(path)) {
                return std::move(item->entry);
            }
        }
        return std::nullopt;
    }

    std::unique_ptr<EntryCursor> walk(std::string_view first) const override {
        const auto expected = first.empty() ? std::optional(entries_) : std::nullopt;
        return std::make_unique<RunsCursor>(runs_, first, expected);
    }

private:
    Runs runs_;
    std::uint64_t entries_;
};

} // namespace

RunMerge::RunMerge(const Runs& runs, std::string_view first) {
    sources_.reserve(runs.size());
    for (const auto& run : runs) {
        Source source{RunReader::walk(run, first), std::nullopt};
        source.item = source.cursor.next();
        sources_.push_back(std::move(source));
    }
}

std::optional<RunItem> RunMerge::next() {
    // A manifest has a handful of runs, so the least path is looked for among all of them.
    Source* least = nullptr;
    for (Source& source : sources_) {
        if (source.item && (least == nullptr || source.item->path < least->item->path)) {
            least = &source;
        }
    }
    if (least == nullptr) {
        return std::nullopt;
    }
    RunItem item = std::move(*least->item);
    for (Source& source : sources_) {
        if (&source == least || (source.item && source.item->path == item.path)) {
            source.item = source.cursor.next();
        }
    }
    return item;
}

Manifest manifest_of_runs(std::vector<std::shared_ptr<const RunReader>> runs,
                          std::uint64_t entries) {
    return Manifest(std::make_shared<const RunsStorage>(std::move(runs), entries));
}

void difference(const Manifest& base, const Manifest& wanted,
                const std::function<void(const RunItem&)>& consume) {
    EntryRange old_entries = base.entries();
    EntryRange new_entries = wanted.entries();
    auto old_entry = old_entries.begin();
    auto new_entry = new_entries.begin();
    const auto end = std::default_sentinel;
    while (old_entry != end || new_entry != end) {
        const bool old_is_first =
            new_entry == end || (old_entry != end && old_entry->path < new_entry->path);
        if (old_is_first) {
            consume({old_entry->path.str(), std::nullopt});
            ++old_entry;
            continue;
        }
        const bool both = old_entry != end && old_entry->path == new_entry->path;
        if (!both || *old_entry != *new_entry) {
            consume({new_entry->path.str(), *new_entry});
        }
        if (both) {
            ++old_entry;
        }
        ++new_entry;
    }
}

} // namespace vitrine
