// SPDX-License-Identifier: MIT
#include "artifact/checkout.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/table/table.hpp>

#include "artifact/artifact_content.hpp"
#include "artifact/directory_content.hpp"
#include "artifact/entry_places.hpp"
#include "artifact/file_maker.hpp"
#include "artifact/progress_meter.hpp"
#include "artifact/target_folder.hpp"
#include "artifact/worker_threads.hpp"
#include "core/text.hpp"
#include "reference/http_session.hpp"
#include "reference/uri.hpp"
#include "table/row_count.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// So many entries are planned, then laid out, at a time: the manifest is never whole in memory.
constexpr std::size_t kEntriesPerTurn = 8192;

/// So many files are fetched from servers at a time.
constexpr std::size_t kFetches = 8;

/// A file to lay out.
struct Task {
    std::string place;
    LocatedEntry from;
    bool is_remote = false;
};

class Checkout {
public:
    Checkout(const ArtifactContent& content, const fs::path& directory,
             const CheckoutOptions& options)
        : content_(content), options_(options), target_(directory),
          meter_("checking out", total_entries(), options.progress) {}

    CheckoutReport run() {
        lay_out(content_, "");
        if (options_.self_contained) {
            put_manifest(content_, "");
            Json names = Json::object();
            for (const std::string& id : content_.source_ids()) {
                if (const auto source = content_.source(id)) {
                    const std::string hex = render_hex(id);
                    const std::string folder = concat(kSourcesFolder, "/", hex);
                    lay_out(*source, folder);
                    put_manifest(*source, folder);
                    names[hex] = source->name();
                }
            }
            if (!names.empty()) {
                put_text(concat(kSourcesFolder, "/", kSourceNamesFile), render_json(names));
            }
        }
        std::ranges::sort(report_.skipped);
        return std::move(report_);
    }

private:
    std::uint64_t total_entries() const {
        std::uint64_t total = content_.manifest().size();
        if (options_.self_contained) {
            for (const std::string& id : content_.source_ids()) {
                if (const auto source = content_.source(id)) {
                    total += source->manifest().size();
                }
            }
        }
        return total;
    }

    void skip(std::string reason) {
        const std::lock_guard lock(mutex_);
        report_.skipped.push_back(std::move(reason));
    }

    /// Whether a self-contained folder needs the place itself.
    bool is_reserved(const std::string& place) const {
        return options_.self_contained && (place == kManifestFile || place == kSourcesFolder ||
                                           place.starts_with(concat(kSourcesFolder, "/")));
    }

    void lay_out(const ArtifactContent& content, const std::string& folder) {
        EntryPlaces places;
        std::vector<Task> tasks;
        for (const Entry& entry : content.manifest().entries()) {
            plan(content, entry, folder, places, tasks);
            if (tasks.size() == kEntriesPerTurn) {
                run_tasks(tasks);
            }
        }
        run_tasks(tasks);
    }

    void plan(const ArtifactContent& content, const Entry& entry, const std::string& folder,
              EntryPlaces& places, std::vector<Task>& tasks) {
        const std::string place = entry.path.place();
        if (is_reserved(place)) {
            skip(concat(quoted(entry.path.str()),
                        " has the place of a file that makes the folder self-contained"));
            return;
        }
        if (auto clash = places.add(entry)) {
            skip(*std::move(clash));
            return;
        }
        if (places.was_filled()) {
            return;
        }
        if (entry.value_type && entry.ref && !options_.self_contained &&
            ArtifactUri::try_parse(*entry.ref)) {
            ++report_.values_with_sources;
        }
        LocatedEntry from = content.locate(entry);
        const bool is_remote =
            !from.owner->has_bytes(from.entry) && from.owner->can_fetch(from.entry);
        if (!is_remote && !from.owner->has_bytes(from.entry) && !is_tracked_file(from.entry)) {
            skip(concat(quoted(entry.path.str()), ": its bytes are not here",
                        from.entry.ref
                            ? ", it is a reference to " + quoted(shown_url(*from.entry.ref))
                            : std::string()));
            return;
        }
        if (options_.self_contained) {
            note_rows(entry, from);
        }
        tasks.push_back({join_path(folder, place), std::move(from), is_remote});
    }

    /// Notes a table of more rows than W&B's SDK keeps.
    void note_rows(const Entry& entry, const LocatedEntry& from) {
        if (entry.value_type != Table::artifact_type || !from.owner->has_bytes(from.entry)) {
            return;
        }
        const auto path = from.owner->bytes_path(from.entry);
        if (!path) {
            return;
        }
        const FileDescriptor file = open_for_reading(*path);
        const std::uint64_t size = file_size(file, *path);
        std::string tail(std::min<std::uint64_t>(size, kRowCountBytes), '\0');
        const std::size_t read =
            read_at(file, std::as_writable_bytes(std::span(tail.data(), tail.size())),
                    size - tail.size(), *path);
        const auto rows = row_count_at_end(std::string_view(tail).substr(0, read));
        if (rows && *rows > Table::MAX_ARTIFACT_ROWS) {
            report_.notes.push_back(concat(quoted(entry.path.str()), " has ", *rows,
                                           " rows; the SDK of W&B keeps ", Table::MAX_ARTIFACT_ROWS,
                                           " when it writes a table"));
        }
    }

    /// Whether it refers to a file outside of the store that is still there.
    static bool is_tracked_file(const Entry& entry) {
        const auto path = entry.ref ? local_path_of(*entry.ref) : std::nullopt;
        std::error_code ignored;
        return path && fs::exists(*path, ignored);
    }

    void run_tasks(std::vector<Task>& tasks) {
        const auto remote = std::stable_partition(tasks.begin(), tasks.end(),
                                                  [](const Task& task) { return !task.is_remote; });
        const auto local = static_cast<std::size_t>(remote - tasks.begin());
        oneapi::tbb::parallel_for(std::size_t{0}, local,
                                  [&](std::size_t i) { run_task(tasks[i]); });
        run_on_threads(tasks.size() - local, kFetches,
                       [&](std::size_t i) { fetch(tasks[local + i]); });
        tasks.clear();
    }

    void run_task(const Task& task) {
        meter_.check();
        FileMaker maker(task.from, options_.link, options_.progress.stop);
        auto problem = target_.put(
            task.place, [&](const FileDescriptor& file) { return maker.is_equal(file); },
            [&](const fs::path& path) { maker.make(path); });
        meter_.advance(1, maker.size());
        if (problem) {
            skip(concat(quoted(task.place), " was not laid out: ", *problem));
            return;
        }
        const std::lock_guard lock(mutex_);
        ++report_.files;
        report_.bytes += maker.size();
    }

    /// What is not there any more is left out, as files outside of the store are.
    void fetch(const Task& task) {
        try {
            run_task(task);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::NotFound) {
                throw;
            }
            meter_.advance(1, 0);
            skip(concat(quoted(task.place), ": ", error.what()));
        }
    }

    void put_text(const std::string& place, const std::string& text) {
        const auto is_equal = [&](const FileDescriptor& file) { return holds(file, text); };
        const auto make = [&](const fs::path& path) { make_file(path, text); };
        if (auto problem = target_.put(place, is_equal, make)) {
            skip(concat(quoted(place), " was not laid out: ", *problem));
            return;
        }
        ++report_.files;
        report_.bytes += text.size();
    }

    void put_manifest(const ArtifactContent& content, const std::string& folder) {
        put_text(join_path(folder, kManifestFile),
                 render_json(manifest_to_json(content.manifest()), kManifestJson));
    }

    const ArtifactContent& content_;
    const CheckoutOptions& options_;
    TargetFolder target_;
    ProgressMeter meter_;
    std::mutex mutex_;
    CheckoutReport report_; ///< guarded by mutex_ while tasks run
};

} // namespace

CheckoutReport checkout_artifact(const ArtifactContent& content, const fs::path& directory,
                                 const CheckoutOptions& options) {
    try {
        return Checkout(content, directory, options).run();
    } catch (Error& error) {
        error.add_context(concat("checking out ", quoted(content.name())));
        throw;
    }
}

fs::path checkout_entry(const ArtifactContent& content, const Entry& entry,
                        const fs::path& directory) {
    TargetFolder target(directory);
    const LocatedEntry from = content.locate(entry);
    FileMaker maker(from, LinkMode::automatic, {});
    const std::string place = entry.path.place();
    const auto problem = target.put(
        place, [&](const FileDescriptor& file) { return maker.is_equal(file); },
        [&](const fs::path& path) { maker.make(path); });
    if (problem) {
        throw Error(ErrorCode::AlreadyExists,
                    concat("cannot download ", quoted(entry.path.str()), " to ",
                           quoted(directory.native()), ": ", *problem));
    }
    return directory / place;
}

} // namespace vitrine
