// SPDX-License-Identifier: MIT
#include "engine/store/lease.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/file_lock.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// An epoch in decimal digits fits.
constexpr std::uint64_t kMaxLeaseBytes = 32;

} // namespace

Lease::Lease(std::string name, FileDescriptor file, std::uint64_t epoch, StoreLayout layout,
             std::shared_ptr<FileSystem> files, Notice notice)
    : name_(std::move(name)), file_(std::move(file)), epoch_(epoch), layout_(std::move(layout)),
      files_(std::move(files)), notice_(std::move(notice)) {}

Lease::~Lease() {
    if (!file_) {
        return;
    }
    try {
        give_back();
    } catch (const Error& error) {
        if (notice_) {
            notice_(concat("a lease is left for gc to sweep: ", error.what()));
        }
    }
}

void Lease::give_back() {
    // The staging folder goes first: as long as the lease is there, somebody sweeps both.
    files_->remove_all(layout_.staging() / name_);
    files_->remove(layout_.leases() / name_);
}

fs::path Lease::new_staging_folder() const {
    return layout_.staging() / name_ / random_name();
}

LeaseManager::LeaseManager(StoreLayout layout, std::shared_ptr<FileSystem> files, Catalog& catalog,
                           Lease::Notice notice, bool may_go_without)
    : layout_(std::move(layout)), files_(std::move(files)), catalog_(catalog),
      notice_(std::move(notice)), may_go_without_(may_go_without) {}

std::shared_ptr<const Lease> LeaseManager::take() {
    const std::lock_guard lock(mutex_);
    // It is held before the epoch is read: if that is still its own, then no gc has raised it
    // before this moment, and every later one finds the lease.
    std::shared_ptr<const Lease> shared = current_.lock();
    if (!shared || catalog_.epoch() != shared->epoch()) {
        shared = make();
        current_ = shared;
    }
    return shared;
}

std::shared_ptr<const Lease> LeaseManager::make() {
    for (;;) {
        try {
            return make_file(random_name());
        } catch (const IoError& error) {
            // A sweep may meet the file between its creation and its lock, and takes it for a dead
            // one: then there is nothing to rename, and another name is drawn.
            if (error.code() == ErrorCode::NotFound && fs::exists(layout_.leases())) {
                continue;
            }
            if (!may_go_without_) {
                throw;
            }
            return go_without(error.what());
        }
    }
}

std::shared_ptr<const Lease> LeaseManager::make_file(const std::string& name) {
    const fs::path hidden = layout_.leases() / ("." + name);
    const fs::path path = layout_.leases() / name;
    FileDescriptor file = files_->create_file(hidden);
    FileLock::lock(file, hidden, FileLock::Mode::Exclusive);
    files_->rename(hidden, path);
    // Only now may the epoch be read: a gc that raises it later lists the leases after that.
    const std::uint64_t epoch = catalog_.epoch();
    files_->write(file, as_bytes(std::to_string(epoch)), path);
    return std::make_shared<Lease>(name, std::move(file), epoch, layout_, files_, notice_);
}

std::shared_ptr<const Lease> LeaseManager::go_without(std::string_view problem) {
    if (!std::exchange(said_so_, true) && notice_) {
        notice_(concat("reading without protection from gc: ", problem));
    }
    return std::make_shared<Lease>(catalog_.epoch());
}

namespace {

/// The number in a lease; the oldest of all where it has none yet.
std::uint64_t epoch_in(const fs::path& path) {
    const std::optional<std::string> text = try_read_file(path);
    std::uint64_t epoch = 0;
    if (text && text->size() <= kMaxLeaseBytes) {
        const char* end = text->data() + text->size();
        const auto [stop, error] = std::from_chars(text->data(), end, epoch);
        if (error != std::errc() || stop != end) {
            return 0;
        }
    }
    return epoch;
}

std::vector<fs::path> names_in(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> names;
    fs::directory_iterator item(folder, error);
    for (; !error && item != fs::directory_iterator(); item.increment(error)) {
        names.push_back(item->path().filename());
    }
    if (error) {
        throw IoError("read folder", folder, error);
    }
    return names;
}

/// Whether a living process holds the lease. If not, the lock is ours while `file` is open.
std::optional<FileLock> lock_if_dead(const fs::path& path, bool& gone) {
    try {
        return FileLock::try_take(path, FileLock::Mode::Exclusive);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::NotFound) {
            throw;
        }
        gone = true;
        return std::nullopt;
    }
}

void sweep_staging_without_lease(const StoreLayout& layout, FileSystem& files) {
    for (const fs::path& name : names_in(layout.staging())) {
        // A lease is there before its staging folder is, and as long.
        if (!fs::exists(layout.leases() / name)) {
            files.remove_all(layout.staging() / name);
        }
    }
}

} // namespace

std::vector<std::uint64_t> living_leases(const StoreLayout& layout, FileSystem& files, bool sweep) {
    std::vector<std::uint64_t> epochs;
    for (const fs::path& name : names_in(layout.leases())) {
        const fs::path path = layout.leases() / name;
        bool gone = false;
        const std::optional<FileLock> dead = lock_if_dead(path, gone);
        if (dead && sweep) {
            files.remove_all(layout.staging() / name);
            files.remove(path);
        }
        // One whose name begins with a dot protects nothing yet.
        if (!dead && !gone && !name.native().starts_with('.')) {
            epochs.push_back(epoch_in(path));
        }
    }
    if (sweep) {
        sweep_staging_without_lease(layout, files);
    }
    return epochs;
}

} // namespace vitrine
