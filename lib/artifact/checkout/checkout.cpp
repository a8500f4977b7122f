// SPDX-License-Identifier: MIT
#include "artifact/checkout/checkout.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "artifact/checkout/checkout_plan.hpp"
#include "artifact/checkout/file_writer.hpp"
#include "artifact/checkout/target_folder.hpp"
#include "artifact/checkout/worker_threads.hpp"
#include "artifact/content/artifact_content.hpp"
#include "artifact/content/directory_content.hpp"
#include "artifact/content/progress_meter.hpp"
#include "core/text.hpp"
#include "reference/uri.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// So many files are fetched from servers at a time.
constexpr std::size_t kFetches = 8;

/// Only from this size on is a file's data, and not its name, what takes the time.
constexpr std::uint64_t kLargeFile = 256 << 10;
/// A folder with more bytes in large files than this is filled by several threads.
constexpr std::uint64_t kParallelBytes = std::uint64_t{16} << 20;
/// Progress is told after so many files of a batch, or so many bytes.
constexpr std::uint64_t kToldFiles = 256;
constexpr std::uint64_t kToldBytes = std::uint64_t{8} << 20;

using Tasks = std::span<const CheckoutTask>;

std::uint64_t size_of(const Entry& entry) {
    return entry.object ? entry.object_size : entry.size.value_or(0);
}

/// Files of one folder, which one thread lays out: two in one folder would wait for each other.
std::vector<Tasks> batches_of(Tasks tasks) {
    std::vector<Tasks> batches;
    std::size_t first = 0;
    std::uint64_t large = 0;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (i > first && (tasks[i].folder != tasks[first].folder || large >= kParallelBytes)) {
            batches.push_back(tasks.subspan(first, i - first));
            first = i;
            large = 0;
        }
        const std::uint64_t size = size_of(tasks[i].from.entry);
        large += size >= kLargeFile ? size : 0;
    }
    if (first < tasks.size()) {
        batches.push_back(tasks.subspan(first));
    }
    return batches;
}

/// Whether an error says that the store has not, or not any more, the bytes of an object. Then the
/// rest is laid out without it: a version may have lost some of its bytes.
bool is_lost(const CheckoutTask& task, const Error& error) {
    return task.from.entry.object &&
           (error.code() == ErrorCode::Corruption || error.code() == ErrorCode::NotFound);
}

class Checkout {
public:
    Checkout(const ArtifactContent& content, const fs::path& directory,
             const CheckoutOptions& options)
        : content_(content), options_(options), target_(directory),
          making_(options.link, options.progress.stop),
          meter_("checking out", total_entries(), options.progress) {}

    CheckoutReport run() {
        try {
            lay_out_all();
        } catch (...) {
            keep_what_is_whole();
            throw;
        }
        std::ranges::sort(report_.skipped);
        return std::move(report_);
    }

private:
    void lay_out_all() {
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
        publish("");
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

    /// Every file that was laid out before the error is whole, and the next checkout need not make
    /// it again.
    void keep_what_is_whole() noexcept {
        try {
            target_.publish();
        } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
            // The error that stopped the checkout is the one to tell.
        }
    }

    /// While the files of one turn are laid out, the next is planned.
    void lay_out(const ArtifactContent& content, const std::string& folder) {
        CheckoutPlan plan(content, folder, options_.self_contained);
        CheckoutPlan::Turn turn = plan.next();
        while (!turn.is_last) {
            CheckoutPlan::Turn following;
            oneapi::tbb::parallel_invoke([&] { run_turn(turn); }, [&] { following = plan.next(); });
            publish(turn.last_folder);
            turn = std::move(following);
        }
        run_turn(turn);
        publish(turn.last_folder);
        report_.values_with_sources += plan.values_with_sources;
        std::ranges::move(plan.skipped, std::back_inserter(report_.skipped));
        std::ranges::move(plan.notes, std::back_inserter(report_.notes));
    }

    /// Brings what was made aside into place, but the folder in which the walk goes on.
    void publish(const std::string& but) {
        for (std::string& problem : target_.publish(but)) {
            --report_.files;
            report_.skipped.push_back(std::move(problem));
        }
    }

    void run_turn(CheckoutPlan::Turn& turn) {
        const auto remote =
            std::stable_partition(turn.tasks.begin(), turn.tasks.end(),
                                  [](const CheckoutTask& task) { return !task.is_remote; });
        const Tasks local(turn.tasks.begin(), remote);
        const Tasks fetched(remote, turn.tasks.end());
        const std::vector<Tasks> batches = batches_of(local);
        oneapi::tbb::parallel_for(std::size_t{0}, batches.size(),
                                  [&](std::size_t i) { run_batch(batches[i]); });
        run_on_threads(fetched.size(), kFetches, [&](std::size_t i) { fetch(fetched[i]); });
        settle();
        meter_.advance(turn.left_out, 0);
    }

    void run_batch(Tasks tasks) {
        TargetFolder::SubfolderPtr folder;
        const auto problem = target_.open(tasks.front().folder, folder);
        CheckoutReport done;
        std::uint64_t told_files = 0;
        std::uint64_t told_bytes = 0;
        for (const CheckoutTask& task : tasks) {
            meter_.check();
            if (problem) {
                refuse(task, *problem);
            } else {
                told_bytes += run_task(task, folder, done);
            }
            if (++told_files == kToldFiles || told_bytes >= kToldBytes) {
                meter_.advance(std::exchange(told_files, 0), std::exchange(told_bytes, 0));
            }
        }
        meter_.advance(told_files, told_bytes);
        count(done);
    }

    std::uint64_t run_task(const CheckoutTask& task, const TargetFolder::SubfolderPtr& folder,
                           CheckoutReport& done) {
        FileWriter maker(task.from, task.place, making_);
        TargetFolder::Result result;
        try {
            result = target_.put(*folder, task.name, maker);
        } catch (const Error& error) {
            if (!is_lost(task, error)) {
                throw;
            }
            refuse(task, error.what());
            return 0;
        }
        if (result.outcome == TargetFolder::Outcome::Taken) {
            const std::lock_guard lock(mutex_);
            taken_.push_back(&task);
            return 0;
        }
        return note(task, maker, result, done);
    }

    /// Counts a file that was laid out, or says why it was not. Gives its size.
    std::uint64_t note(const CheckoutTask& task, const FileWriter& maker,
                       const TargetFolder::Result& result, CheckoutReport& done) {
        if (result.problem) {
            refuse(task, *result.problem);
            return 0;
        }
        ++done.files;
        done.bytes += maker.size();
        if (result.outcome == TargetFolder::Outcome::Kept) {
            ++done.unchanged;
        } else if (maker.made_by() == CopyMethod::HardLink) {
            ++done.hard_links;
        } else {
            ++(maker.made_by() == CopyMethod::Reflink ? done.reflinks : done.copies);
        }
        return maker.size();
    }

    /// Files whose name is taken in a folder that is new: the file system takes two names for one.
    void settle() {
        CheckoutReport done;
        for (const CheckoutTask* task : std::exchange(taken_, {})) {
            FileWriter maker(task->from, task->place, making_);
            note(*task, maker, target_.put(join_path(task->folder, task->name), maker), done);
        }
        count(done);
    }

    void count(const CheckoutReport& done) {
        const std::lock_guard lock(mutex_);
        report_.files += done.files;
        report_.bytes += done.bytes;
        report_.unchanged += done.unchanged;
        report_.hard_links += done.hard_links;
        report_.reflinks += done.reflinks;
        report_.copies += done.copies;
    }

    void refuse(const CheckoutTask& task, const std::string& problem) {
        const std::lock_guard lock(mutex_);
        report_.skipped.push_back(
            concat(quoted(join_path(task.folder, task.name)), " was not laid out: ", problem));
    }

    /// What is not there any more is left out, as files outside of the store are.
    void fetch(const CheckoutTask& task) {
        try {
            run_batch(Tasks(&task, 1));
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

    void put_text(const std::string& place, const std::string& text) {
        TextFile file(text);
        const TargetFolder::Result result = target_.put(place, file);
        if (result.problem) {
            report_.skipped.push_back(
                concat(quoted(place), " was not laid out: ", *result.problem));
            return;
        }
        ++report_.files;
        report_.bytes += text.size();
        ++(result.outcome == TargetFolder::Outcome::Kept ? report_.unchanged : report_.copies);
    }

    void put_manifest(const ArtifactContent& content, const std::string& folder) {
        put_text(join_path(folder, kManifestFile),
                 render_json(manifest_to_json(content.manifest()), kManifestJson));
    }

    const ArtifactContent& content_;
    const CheckoutOptions& options_;
    TargetFolder target_;
    CopyStrategy making_;
    ProgressMeter meter_;
    std::mutex mutex_; ///< guards what follows while the files of a turn are laid out
    CheckoutReport report_;
    std::vector<const CheckoutTask*> taken_;
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
    const Entry* const entries[] = {&from.entry};
    const std::vector<BytesLocation> places = from.owner->locations_of(entries);
    CopyStrategy making(LinkMode::automatic, {});
    FileWriter maker(from, places.front(), making);
    const std::string place = entry.path.place();
    std::vector<std::string> problems;
    if (auto problem = target.put(place, maker).problem) {
        problems.push_back(*std::move(problem));
    } else {
        problems = target.publish();
    }
    if (!problems.empty()) {
        throw Error(ErrorCode::AlreadyExists,
                    concat("cannot download ", quoted(entry.path.str()), " to ",
                           quoted(directory.native()), ": ", problems.front()));
    }
    return directory / place;
}

} // namespace vitrine
