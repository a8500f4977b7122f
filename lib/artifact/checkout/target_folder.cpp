// SPDX-License-Identifier: MIT
#include "artifact/checkout/target_folder.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/checkout/abandoned.hpp"
#include "artifact/checkout/moved_file.hpp"
#include "core/descriptor_share.hpp"
#include "core/store_folder.hpp"
#include "core/text.hpp"
#include "core/throw_errno.hpp"
#include "reference/uri.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Folders kept open at most; each may need three descriptors.
constexpr std::size_t kOpenFolders = 128;
/// How often a file is written again because another process changes its place.
constexpr int kTurns = 3;

FileDescriptor open_directory_at(int folder, const std::string& name) {
    return FileDescriptor(
        ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

TargetFolder::Result not_written(Obstacle obstacle) {
    return {TargetFolder::Outcome::NotWritten, std::move(obstacle)};
}

/// Throws if a folder, or one above it, is that of a store.
void check_outside_store(const fs::path& root) {
    std::error_code ignored; // Where it cannot be looked at, it cannot be written to either.
    fs::path folder = fs::weakly_canonical(fs::absolute(root), ignored);
    for (;; folder = folder.parent_path()) {
        if (is_store_root(folder)) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("folder ", quoted(root.native()), " is in the store ",
                               quoted(folder.native()), ": choose one outside of it"));
        }
        if (folder == folder.parent_path()) {
            return;
        }
    }
}

} // namespace

TargetFolder::TargetFolder(const fs::path& root, const TargetRules& rules)
    : root_(root), rules_(rules), rule_(rules.given_back, rules.conflict),
      top_(std::make_shared<Subfolder>()) {
    check_outside_store(root_);
    FileSystem().create_directories(root_);
    top_->folder = FileDescriptor(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top_->folder) {
        throw_errno("open folder", root_);
    }
    swept_ = sweep_abandoned(root_, top_->folder.get(), rule_);
    const std::string name = concat(kStagingPrefix, random_name());
    staging_ = root_ / name;
    if (::mkdirat(top_->folder.get(), name.c_str(), 0700) != 0) {
        throw_errno("create folder", staging_);
    }
    staging_folder_ = open_directory_at(top_->folder.get(), name);
    if (!staging_folder_ || ::flock(staging_folder_.get(), LOCK_EX | LOCK_NB) != 0) {
        throw_errno("lock folder", staging_);
    }
    moved_out_.emplace(staging_, staging_folder_, rules_.may_exchange);
}

TargetFolder::~TargetFolder() {
    remove_staging(staging_);
}

std::string TargetFolder::next_name() {
    return std::to_string(next_++);
}

// ---- Folders

std::optional<Obstacle> TargetFolder::open(const std::string& path, SubfolderPtr& opened) {
    const std::lock_guard lock(mutex_);
    return open_locked(path, opened);
}

std::optional<Obstacle> TargetFolder::open_locked(const std::string& path, SubfolderPtr& opened) {
    if (path.empty()) {
        opened = top_;
        return std::nullopt;
    }
    if (const auto known = open_.find(path); known != open_.end()) {
        opened = known->second;
        return std::nullopt;
    }
    SubfolderPtr parent;
    if (auto obstacle = open_locked(parent_of(path), parent)) {
        return obstacle;
    }
    auto folder = std::make_shared<Subfolder>();
    folder->path = path;
    if (auto obstacle = open_in(*parent, name_of(path), *folder)) {
        return obstacle;
    }
    if (open_.size() >= descriptor_share(kOpenFolders)) {
        // Those around it stay: their listings are needed for the next folders too.
        std::erase_if(open_, [&](const auto& item) { return !is_in(path, item.first); });
    }
    open_[path] = folder;
    opened = std::move(folder);
    return std::nullopt;
}

std::optional<Obstacle> TargetFolder::open_in(Subfolder& parent, const std::string& name,
                                              Subfolder& opened) {
    if (parent.is_staged) {
        opened.is_staged = true;
        if (::mkdirat(parent.folder.get(), name.c_str(), 0777) == 0) {
            made_.insert(opened.path);
        } else if (is_refused_name(errno)) {
            return refused_name(opened.path);
        } else if (errno != EEXIST) {
            throw_errno("create folder", root_ / opened.path);
        } else if (!made_.contains(opened.path)) {
            return folded_name(opened.path);
        }
        opened.folder = open_directory_at(parent.folder.get(), name);
    } else if (const auto staged = staged_.find(opened.path); staged != staged_.end()) {
        opened.is_staged = true;
        opened.folder = open_directory_at(staging_folder_.get(), staged->second);
    } else if (auto obstacle = enter(parent, name, opened)) {
        return obstacle;
    }
    if (!opened.folder) {
        throw_errno("open folder", root_ / opened.path);
    }
    return std::nullopt;
}

/// Opens a folder that is in place, or stages it if there is none.
std::optional<Obstacle> TargetFolder::enter(Subfolder& parent, const std::string& name,
                                            Subfolder& opened) {
    opened.folder = open_directory_at(parent.folder.get(), name);
    if (opened.folder) {
        if (!is_listed(parent, name)) {
            return folded_name(opened.path);
        }
        if (is_store_folder(opened.folder)) {
            return Obstacle{opened.path, "the folder of a store"};
        }
        return std::nullopt;
    }
    if (is_refused_name(errno)) {
        return refused_name(opened.path);
    }
    if (errno == ELOOP || errno == ENOTDIR) {
        if (auto obstacle = make_way(parent, name, opened.path)) {
            return obstacle;
        }
    } else if (errno != ENOENT) {
        throw_errno("open folder", root_ / opened.path);
    }
    opened.is_staged = true;
    opened.folder = stage(opened.path);
    return std::nullopt;
}

/// Removes what lies where a folder goes, if it may be replaced.
std::optional<Obstacle> TargetFolder::make_way(Subfolder& parent, const std::string& name,
                                               const std::string& path) {
    const Place place = look_at(parent.folder.get(), name);
    if (place.state == Place::State::Free) {
        return std::nullopt;
    }
    if (!is_listed(parent, name)) {
        return folded_name(path);
    }
    const Verdict verdict = rule_.judge(parent.folder.get(), name, place, nullptr);
    if (verdict.kind != Verdict::Kind::Goes) {
        return Obstacle{path, concat(verdict.reason, " lies where a folder goes")};
    }
    if (!moved_out_->remove(leaving(parent, name, path, place, verdict))) {
        return changed_meanwhile(path);
    }
    count_lost(path, verdict);
    return std::nullopt;
}

FileDescriptor TargetFolder::stage(const std::string& path) {
    const std::string name = next_name();
    if (::mkdirat(staging_folder_.get(), name.c_str(), 0777) != 0) {
        throw_errno("create folder", root_ / path);
    }
    staged_.emplace(path, name);
    return open_directory_at(staging_folder_.get(), name);
}

const FileDescriptor& TargetFolder::scratch_of(Subfolder& folder) {
    std::call_once(folder.made_scratch, [&] {
        const std::string name = next_name();
        if (::mkdirat(staging_folder_.get(), name.c_str(), 0700) != 0) {
            throw_errno("create folder", staging_ / name);
        }
        folder.scratch = open_directory_at(staging_folder_.get(), name);
        if (!folder.scratch) {
            throw_errno("open folder", staging_ / name);
        }
    });
    return folder.scratch;
}

const FileDescriptor& TargetFolder::old_of(Subfolder& folder) {
    std::call_once(folder.made_old, [&] { folder.old = moved_out_->open(folder.path); });
    return folder.old;
}

/// Whether a folder has exactly this name. A name that leads to a file and is not listed is one
/// that the file system folds with another.
bool TargetFolder::is_listed(Subfolder& folder, const std::string& name) {
    const std::lock_guard lock(folder.mutex);
    const auto list = [&] {
        const auto names = rules_.list(folder.folder.get());
        folder.names.emplace(names.begin(), names.end());
    };
    if (!folder.names) {
        list();
    }
    if (!folder.names->contains(name)) {
        list(); // Another process may have made it since.
    }
    return folder.names->contains(name);
}

// ---- Files

std::vector<Place> TargetFolder::look(const Subfolder& folder,
                                      std::span<const std::string* const> names) {
    std::vector<Place> places;
    if (folder.is_staged) {
        return places;
    }
    places.reserve(names.size());
    for (const std::string* name : names) {
        places.push_back(look_at(folder.folder.get(), *name));
    }
    rule_.add_known_digests(places);
    return places;
}

TargetFolder::Result TargetFolder::put(Subfolder& folder, const std::string& name, NewFile& file,
                                       const std::optional<Place>& place) {
    try {
        if (folder.is_staged) {
            // All that is in it is ours, under other names.
            return file.create(folder.folder, name)
                       ? Result{}
                       : not_written(folded_name(join_path(folder.path, name)));
        }
        return put_in_place(folder, name, file,
                            place ? *place : look_at(folder.folder.get(), name));
    } catch (const IoError& error) {
        if (is_refusal(error, folder.folder, name)) {
            return not_written(refused_name(join_path(folder.path, name)));
        }
        throw;
    }
}

TargetFolder::Result TargetFolder::put(const std::string& path, NewFile& file) {
    SubfolderPtr folder;
    if (auto obstacle = open(parent_of(path), folder)) {
        return not_written(*std::move(obstacle));
    }
    return put(*folder, name_of(path), file);
}

TargetFolder::Result TargetFolder::put_in_place(Subfolder& folder, const std::string& name,
                                                NewFile& file, Place place) {
    const std::string path = join_path(folder.path, name);
    for (int turn = 0; turn < kTurns; ++turn) {
        if (place.state == Place::State::Refused) {
            return not_written(refused_name(path));
        }
        if (place.state == Place::State::Taken) {
            if (!is_listed(folder, name)) {
                return not_written(folded_name(path));
            }
            const Verdict verdict = rule_.judge(folder.folder.get(), name, place, &file);
            if (verdict.kind == Verdict::Kind::Stays) {
                return {Outcome::Unchanged};
            }
            if (verdict.kind == Verdict::Kind::Left) {
                return !file.has_digest() && equals_new_file(folder, name, file, place)
                           ? Result{Outcome::Unchanged}
                           : not_written({path, verdict.reason});
            }
            return put_over(folder, name, file, place, verdict);
        }
        const auto made = make(folder, file);
        if (rename_to_free(folder.scratch.get(), made, folder.folder.get(), name)) {
            return {Outcome::Written};
        }
        // Another process was first.
        ::unlinkat(folder.scratch.get(), made.c_str(), 0);
        place = look_at(folder.folder.get(), name);
    }
    return not_written(changed_meanwhile(path));
}

/// Writes a file over what lies in its place and may go.
TargetFolder::Result TargetFolder::put_over(Subfolder& folder, const std::string& name,
                                            NewFile& file, const Place& place,
                                            const Verdict& verdict) {
    const std::string path = join_path(folder.path, name);
    const std::string made = make(folder, file);
    if (!moved_out_->replace(folder.scratch.get(), made,
                             leaving(folder, name, path, place, verdict))) {
        return not_written(changed_meanwhile(path));
    }
    count_lost(path, verdict);
    return {Outcome::Written};
}

/// Whether what lies there has the bytes of a file that must be made to know them.
bool TargetFolder::equals_new_file(Subfolder& folder, const std::string& name, NewFile& file,
                                   const Place& place) {
    if (!S_ISREG(place.status.st_mode)) {
        return false;
    }
    const std::string made = make(folder, file);
    const int scratch = folder.scratch.get();
    FoundFile found(folder.folder.get(), name, place.status, place.known_digest);
    FoundFile wanted(scratch, made, look_at(scratch, made).status, std::nullopt);
    const auto digest = wanted.sha256();
    const bool is_equal = digest && found.size() == wanted.size() && found.sha256() == digest;
    ::unlinkat(scratch, made.c_str(), 0);
    return is_equal;
}

/// Creates the file in the scratch folder. Returns its name there.
std::string TargetFolder::make(Subfolder& folder, NewFile& file) {
    const FileDescriptor& scratch = scratch_of(folder);
    std::string made = next_name();
    if (!file.create(scratch, made)) {
        errno = EEXIST;
        throw_errno("create", staging_ / made);
    }
    return made;
}

Leaving TargetFolder::leaving(Subfolder& folder, const std::string& name, const std::string& path,
                              const Place& place, const Verdict& verdict) {
    return {folder.folder.get(), old_of(folder).get(), name, path, place.status, verdict.tree};
}

void TargetFolder::count_lost(const std::string& path, const Verdict& verdict) {
    const std::lock_guard lock(losses_mutex_);
    ++losses_.replaced;
    for (const std::string& lost : verdict.lost) {
        losses_.overwritten.push_back(lost.empty() ? path : join_path(path, lost));
    }
}

TargetFolder::Losses TargetFolder::losses() const {
    const std::lock_guard lock(losses_mutex_);
    return losses_;
}

std::vector<std::string> TargetFolder::notes() const {
    std::vector<std::string> lines = swept_;
    for (const std::string& path : moved_out_->not_put_back()) {
        lines.push_back(concat(quoted(path), " was changed during the checkout: what lay there is ",
                               quoted((staging_ / MovedOut::kFolder / path).native())));
    }
    return lines;
}

} // namespace vitrine
