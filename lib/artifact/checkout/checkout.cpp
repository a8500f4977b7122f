// SPDX-License-Identifier: MIT
#include "artifact/checkout/checkout.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "artifact/checkout/checkout_plan.hpp"
#include "artifact/checkout/file_writer.hpp"
#include "artifact/checkout/given_back.hpp"
#include "artifact/checkout/other_versions.hpp"
#include "artifact/checkout/seen_files.hpp"
#include "artifact/checkout/target_folder.hpp"
#include "artifact/checkout/worker_threads.hpp"
#include "artifact/content/artifact_content.hpp"
#include "artifact/content/directory_content.hpp"
#include "core/parallel.hpp"
#include "core/progress_meter.hpp"
#include "core/text.hpp"
#include "engine/store/stat_key.hpp"
#include "reference/uri.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Files fetched from servers at the same time.
constexpr std::size_t kFetches = 8;

/// For a file of at least this many bytes its data takes longer to write than its name.
constexpr std::uint64_t kLargeFile = 256 << 10;
/// A folder with more bytes in large files than this is filled by several threads.
constexpr std::uint64_t kGroupBytes = std::uint64_t{16} << 20;
/// Progress is reported after this many files of a group, or this many bytes.
constexpr std::uint64_t kReportFiles = 256;
constexpr std::uint64_t kReportBytes = std::uint64_t{8} << 20;

/// Files of one folder, which one thread writes: two threads in one folder wait for each other.
using TaskGroup = std::span<const CheckoutTask>;

std::uint64_t size_of(const Entry& entry) {
    return entry.object ? entry.object_size : entry.size.value_or(0);
}

std::vector<TaskGroup> groups_of(std::span<const CheckoutTask> tasks) {
    std::vector<TaskGroup> groups;
    std::size_t first = 0;
    std::uint64_t large = 0;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (i > first && (tasks[i].folder != tasks[first].folder || large >= kGroupBytes)) {
            groups.push_back(tasks.subspan(first, i - first));
            first = i;
            large = 0;
        }
        const std::uint64_t size = size_of(tasks[i].from.entry);
        large += size >= kLargeFile ? size : 0;
    }
    if (first < tasks.size()) {
        groups.push_back(tasks.subspan(first));
    }
    return groups;
}

/// Returns whether an error means that the store has lost the bytes of an object. Then the rest is
/// written without it.
bool is_lost(const CheckoutTask& task, const Error& error) {
    return task.from.entry.object &&
           (error.code() == ErrorCode::Corruption || error.code() == ErrorCode::NotFound);
}

/// One checkout: CheckoutPlan decides what is written, TargetFolder where, FileWriter how.
class Checkout {
public:
    Checkout(const ArtifactContent& content, const fs::path& directory,
             const CheckoutOptions& options)
        : content_(content), options_(options), other_versions_(content),
          given_back_(content.open_version()), seen_(content.open_version()),
          target_(directory, {.conflict = options.conflict, .given_back = &given_back_}),
          strategy_(options.link, options.progress.stop),
          meter_("checking out", total_entries(), options.progress) {}

    /// Writes all files. Called once.
    CheckoutReport write() {
        try {
            write_content(content_, "");
            if (options_.self_contained) {
                write_manifest(content_, "", "");
                write_sources();
            }
            publish("");
            seen_.enter();
            look_for_others();
        } catch (...) {
            publish_after_error();
            throw;
        }
        report_losses();
        std::ranges::sort(report_.skipped);
        std::ranges::sort(report_.conflicts, {}, &CheckoutConflict::path);
        return std::move(report_);
    }

private:
    void report_losses() {
        TargetFolder::Losses losses = target_.losses();
        report_.replaced = losses.replaced;
        report_.overwritten = std::move(losses.overwritten);
        std::ranges::sort(report_.overwritten);
        std::ranges::move(target_.notes(), std::back_inserter(report_.warnings));
    }

    /// Names or removes what a checkout of another version of the same name left behind.
    void look_for_others() {
        std::vector<std::string> paths = other_versions_.paths_not_here();
        std::erase_if(paths, [&](const std::string& path) {
            return respelled_.contains(path) ||
                   (options_.self_contained && is_self_contained_path(path));
        });
        paths = target_.present(paths);
        if (!options_.mirror) {
            report_.left_behind = std::move(paths);
            return;
        }
        for (const std::string& path : paths) {
            meter_.check();
            if (const auto obstacle = target_.remove(path)) {
                leave_out(*obstacle);
            } else {
                ++report_.removed;
            }
        }
    }

    void write_sources() {
        Json names = Json::object();
        for (const std::string& id : content_.source_ids()) {
            if (const auto source = content_.source(id)) {
                const std::string hex = render_hex(id);
                const std::string folder = concat(kSourcesFolder, "/", hex);
                write_content(*source, folder);
                write_manifest(*source, folder, id);
                names[hex] = source->name();
            }
        }
        if (!names.empty()) {
            write_text(
                concat(kSourcesFolder, "/", kSourceNamesFile), render_json(names),
                [&](std::string_view text) { return other_versions_.have_source_names(text); });
        }
    }

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

    /// Keeps the files written before an error: each is complete, and the next checkout need not
    /// write it again.
    void publish_after_error() noexcept {
        try {
            target_.publish();
        } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
            // The error that stopped the checkout is the one to report.
        }
    }

    /// Writes the files of one artifact. While those of one batch are written, the next is planned.
    void write_content(const ArtifactContent& content, const std::string& folder) {
        CheckoutPlan plan(content, folder, options_.self_contained);
        CheckoutPlan::Batch batch = plan.next_batch();
        while (!batch.is_last) {
            CheckoutPlan::Batch next;
            parallel_invoke([&] { write_batch(batch); },
                            [&] {
                                next = plan.next_batch();
                                seen_.enter();
                            });
            publish(batch.last_folder);
            batch = std::move(next);
        }
        write_batch(batch);
        publish(batch.last_folder);
        report_.values_with_sources += plan.values_with_sources;
        respelled_.merge(plan.respelled);
        std::ranges::move(plan.skipped, std::back_inserter(report_.skipped));
        std::ranges::move(plan.warnings, std::back_inserter(report_.warnings));
    }

    /// Moves the complete new folders into place, except the one that contains `unfinished`.
    void publish(const std::string& unfinished) {
        seen_.settle();
        for (const Obstacle& obstacle : target_.publish(unfinished)) {
            --report_.files;
            leave_out(obstacle);
        }
    }

    /// Reports an obstacle, once for all files that it keeps from being written.
    void leave_out(const Obstacle& obstacle) {
        const std::lock_guard lock(mutex_);
        if (!named_.insert(obstacle.path).second) {
            return;
        }
        if (obstacle.is_conflict) {
            report_.conflicts.push_back({obstacle.path, obstacle.reason});
        } else {
            report_.skipped.push_back(
                concat(quoted(obstacle.path), " was not written: ", obstacle.reason));
        }
    }

    void write_batch(CheckoutPlan::Batch& batch) {
        const auto remote =
            std::stable_partition(batch.tasks.begin(), batch.tasks.end(),
                                  [](const CheckoutTask& task) { return !task.is_remote; });
        const std::span<const CheckoutTask> local(batch.tasks.begin(), remote);
        const std::span<const CheckoutTask> fetched(remote, batch.tasks.end());
        const std::vector<TaskGroup> groups = groups_of(local);
        parallel_for(groups.size(), [&](std::size_t i) { write_group(groups[i]); });
        for_each_on_threads(fetched.size(), kFetches, [&](std::size_t i) { fetch(fetched[i]); });
        meter_.advance(batch.without_file, 0);
    }

    void write_group(TaskGroup tasks) {
        TargetFolder::SubfolderPtr folder;
        const auto obstacle = target_.open(tasks.front().folder, folder);
        if (obstacle) {
            leave_out(*obstacle);
            meter_.advance(tasks.size(), 0);
            return;
        }
        const std::int64_t start = clock_now_ns();
        const std::vector<Place> places = look(tasks, *folder);
        CheckoutReport counts;
        std::uint64_t files = 0; // since the last report of progress
        std::uint64_t bytes = 0;
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            meter_.check();
            const auto place = places.empty() ? std::nullopt : std::optional(places[i]);
            FileWriter writer(tasks[i].from, tasks[i].location, strategy_);
            const auto result = write_file(tasks[i], *folder, place, writer);
            if (result) {
                bytes += count(writer, *result, counts);
                remember(*folder, tasks[i], place, start, writer, *result);
            }
            if (++files == kReportFiles || bytes >= kReportBytes) {
                meter_.advance(std::exchange(files, 0), std::exchange(bytes, 0));
            }
        }
        meter_.advance(files, bytes);
        add_counts(counts);
    }

    /// Looks at the places of all files at once, so that one query of the stat cache serves them.
    std::vector<Place> look(TaskGroup tasks, const TargetFolder::Subfolder& folder) {
        std::vector<const std::string*> names;
        names.reserve(tasks.size());
        for (const CheckoutTask& task : tasks) {
            names.push_back(&task.name);
        }
        return target_.look(folder, names);
    }

    /// Returns nothing if the store has lost the bytes of the file.
    std::optional<TargetFolder::Result> write_file(const CheckoutTask& task,
                                                   TargetFolder::Subfolder& folder,
                                                   const std::optional<Place>& place,
                                                   FileWriter& writer) {
        try {
            return target_.put(folder, task.name, writer, place);
        } catch (const Error& error) {
            if (!is_lost(task, error)) {
                throw;
            }
            skip(task, error.what());
            return std::nullopt;
        }
    }

    /// Remembers a file for the stat cache, if its state is known to belong to its bytes. One that
    /// was renamed into its place has another state there, and is entered when it is found.
    void remember(const TargetFolder::Subfolder& folder, const CheckoutTask& task,
                  const std::optional<Place>& place, std::int64_t start, const FileWriter& writer,
                  const TargetFolder::Result& result) {
        const Entry& entry = task.from.entry;
        if (result.outcome == TargetFolder::Outcome::Written && folder.is_staged &&
            writer.written()) {
            seen_.add_written(entry, *writer.written());
        }
        if (result.outcome == TargetFolder::Outcome::Unchanged && writer.was_read() && place &&
            !place->known_digest && S_ISREG(place->status.st_mode)) {
            const Place after = look_at(folder.folder.get(), task.name);
            if (after.state == Place::State::Taken &&
                stat_key(after.status) == stat_key(place->status)) {
                seen_.add_read(entry, place->status, start);
            }
        }
    }

    /// Counts a file that was written, or reports why it was not. Returns its size.
    std::uint64_t count(const FileWriter& writer, const TargetFolder::Result& result,
                        CheckoutReport& counts) {
        if (result.obstacle) {
            leave_out(*result.obstacle);
            return 0;
        }
        ++counts.files;
        counts.bytes += writer.size();
        if (result.outcome == TargetFolder::Outcome::Unchanged) {
            ++counts.unchanged;
        } else if (writer.method() == CopyMethod::HardLink) {
            ++counts.hard_links;
        } else {
            ++(writer.method() == CopyMethod::Reflink ? counts.reflinks : counts.copies);
        }
        return writer.size();
    }

    void add_counts(const CheckoutReport& counts) {
        const std::lock_guard lock(mutex_);
        report_.files += counts.files;
        report_.bytes += counts.bytes;
        report_.unchanged += counts.unchanged;
        report_.hard_links += counts.hard_links;
        report_.reflinks += counts.reflinks;
        report_.copies += counts.copies;
    }

    void skip(const CheckoutTask& task, const std::string& problem) {
        const std::lock_guard lock(mutex_);
        report_.skipped.push_back(
            concat(quoted(join_path(task.folder, task.name)), " was not written: ", problem));
    }

    /// Skips what the server no longer has, as the plan skips local files that are gone.
    void fetch(const CheckoutTask& task) {
        try {
            write_group(TaskGroup(&task, 1));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::NotFound) {
                throw;
            }
            meter_.advance(1, 0);
            const std::lock_guard lock(mutex_);
            report_.skipped.push_back(
                concat(quoted(join_path(task.folder, task.name)), ": ", error.what()));
        }
    }

    void write_text(const std::string& disk_path, const std::string& text,
                    TextFile::CanRemake can_remake) {
        TextFile file(text, std::move(can_remake));
        const TargetFolder::Result result = target_.put(disk_path, file);
        if (result.obstacle) {
            leave_out(*result.obstacle);
            return;
        }
        ++report_.files;
        report_.bytes += text.size();
        ++(result.outcome == TargetFolder::Outcome::Unchanged ? report_.unchanged : report_.copies);
    }

    /// `id`: of a source; "" for the artifact itself.
    void write_manifest(const ArtifactContent& content, const std::string& folder,
                        const std::string& id) {
        write_text(join_path(folder, kManifestFile), render_manifest(content.manifest()),
                   [&](std::string_view text) { return other_versions_.have_manifest(text, id); });
    }

    const ArtifactContent& content_;
    const CheckoutOptions& options_;
    OtherVersions other_versions_;
    GivenBack given_back_;
    SeenFiles seen_;
    TargetFolder target_;
    CopyStrategy strategy_;
    ProgressMeter meter_;
    std::mutex mutex_; ///< guards the members below while the files of a batch are written
    CheckoutReport report_;
    std::unordered_set<std::string> named_;     ///< the paths of obstacles that were reported
    std::unordered_set<std::string> respelled_; ///< disk paths that are not the path of their entry
};

} // namespace

CheckoutReport checkout_artifact(const ArtifactContent& content, const fs::path& directory,
                                 const CheckoutOptions& options) {
    try {
        return Checkout(content, directory, options).write();
    } catch (Error& error) {
        error.add_context(concat("checking out ", quoted(content.name())));
        throw;
    }
}

fs::path checkout_entry(const ArtifactContent& content, const Entry& entry,
                        const fs::path& directory) {
    GivenBack given_back(content.open_version());
    TargetFolder target(directory, {.given_back = &given_back});
    const LocatedEntry from = content.locate(entry);
    const Entry* const entries[] = {&from.entry};
    const std::vector<BytesLocation> locations = from.owner->locations_of(entries);
    CopyStrategy strategy(LinkMode::automatic, {});
    FileWriter writer(from, locations.front(), strategy);
    const std::string disk_path = entry.path.disk_path();
    std::vector<Obstacle> obstacles;
    if (auto obstacle = target.put(disk_path, writer).obstacle) {
        obstacles.push_back(*std::move(obstacle));
    } else {
        obstacles = target.publish();
    }
    if (!obstacles.empty()) {
        const Obstacle& obstacle = obstacles.front();
        throw Error(obstacle.is_conflict ? ErrorCode::AlreadyExists : ErrorCode::Unsupported,
                    concat("cannot download ", quoted(entry.path.str()), " to ",
                           quoted(directory.native()), ": ", quoted(obstacle.path), ": ",
                           obstacle.reason));
    }
    return directory / disk_path;
}

} // namespace vitrine
