// SPDX-License-Identifier: MIT
#include "engine/store/lease.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/text.hpp"
#include "engine/store/file_lock.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Longer than any epoch in decimal digits.
constexpr std::uint64_t kMaxLeaseBytes = 32;

} // namespace

Lease::Lease(std::string name, FileDescriptor file, std::uint64_t epoch, StoreLayout layout,
             std::shared_ptr<FileSystem> files, Warn warn)
    : name_(std::move(name)), file_(std::move(file)), epoch_(epoch), layout_(std::move(layout)),
      files_(std::move(files)), warn_(std::move(warn)) {}

Lease::~Lease() {
    if (!file_) {
        return;
    }
    try {
        remove_files();
    } catch (const Error& error) {
        if (warn_) {
            warn_(concat("a lease is left to the next gc: ", error.what()));
        }
    }
}

void Lease::remove_files() {
    // The staging folder goes first: as long as the lease exists, gc removes both.
    files_->remove_all(layout_.staging() / name_);
    files_->remove(layout_.leases() / name_);
}

fs::path Lease::new_staging_folder() const {
    return layout_.staging() / name_ / random_name();
}

LeaseManager::LeaseManager(StoreLayout layout, std::shared_ptr<FileSystem> files, Catalog& catalog,
                           Lease::Warn warn, bool allow_unprotected)
    : layout_(std::move(layout)), files_(std::move(files)), catalog_(catalog),
      warn_(std::move(warn)), allow_unprotected_(allow_unprotected) {}

std::shared_ptr<const Lease> LeaseManager::take() {
    const std::lock_guard lock(mutex_);
    // The lease is held before the epoch is read. If the epoch is still its own, no gc has raised
    // it until now, and every later gc finds the lease.
    std::shared_ptr<const Lease> shared = current_.lock();
    if (!shared || catalog_.epoch() != shared->epoch()) {
        shared = create();
        current_ = shared;
    }
    return shared;
}

std::shared_ptr<const Lease> LeaseManager::create() {
    for (;;) {
        try {
            return create_file(random_name());
        } catch (const IoError& error) {
            // A sweep that finds the file before it is locked takes it for that of a dead process
            // and removes it. Then there is nothing to rename: try again under another name.
            if (error.code() == ErrorCode::NotFound && fs::exists(layout_.leases())) {
                continue;
            }
            if (!allow_unprotected_) {
                throw;
            }
            return create_unprotected(error.what());
        }
    }
}

std::shared_ptr<const Lease> LeaseManager::create_file(const std::string& name) {
    const fs::path hidden = layout_.leases() / ("." + name);
    const fs::path path = layout_.leases() / name;
    FileDescriptor file = files_->create_file(hidden);
    FileLock::lock(file, hidden, FileLock::Mode::Exclusive);
    files_->rename(hidden, path);
    // The epoch may be read only now: a gc that raises it later lists the leases after that.
    const std::uint64_t epoch = catalog_.epoch();
    files_->write(file, as_bytes(std::to_string(epoch)), path);
    return std::make_shared<Lease>(name, std::move(file), epoch, layout_, files_, warn_);
}

std::shared_ptr<const Lease> LeaseManager::create_unprotected(std::string_view problem) {
    if (!std::exchange(warned_, true) && warn_) {
        warn_(concat("reading without protection from gc: ", problem));
    }
    return std::make_shared<Lease>(catalog_.epoch());
}

namespace {

/// Returns the number in a lease; 0, the oldest of all, if it has none yet.
std::uint64_t epoch_in(const fs::path& path) {
    const std::optional<std::string> text = try_read_linkless(path);
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

/// Locks the lease if its holder is dead. `gone`: whether the file does not exist any more.
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
    for (const FolderItem& item : list_linkless(layout.staging())) {
        // A lease is created before its staging folder and removed after it.
        std::error_code ignored;
        if (!fs::exists(fs::symlink_status(layout.leases() / item.name, ignored))) {
            files.remove_all(layout.staging() / item.name);
        }
    }
}

} // namespace

std::vector<std::uint64_t> live_leases(const StoreLayout& layout, FileSystem& files, bool sweep) {
    std::vector<std::uint64_t> epochs;
    for (const auto& [name, type] : list_linkless(layout.leases())) {
        const fs::path path = layout.leases() / name;
        if (type != FolderItem::Type::file) {
            continue; // no process makes such a lease
        }
        bool gone = false;
        const std::optional<FileLock> dead = lock_if_dead(path, gone);
        if (dead && sweep) {
            files.remove_all(layout.staging() / name);
            files.remove(path);
        }
        // A lease whose name begins with a dot does not protect anything yet.
        if (!dead && !gone && !name.starts_with('.')) {
            epochs.push_back(epoch_in(path));
        }
    }
    if (sweep) {
        sweep_staging_without_lease(layout, files);
    }
    return epochs;
}

} // namespace vitrine
