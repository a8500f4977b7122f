// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "core/file_system.hpp"
#include "engine/store/store_layout.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The epoch from which on its holder may need every file of the store. It is a file below
/// leases/ that holds this number and is locked by the kernel as long as the holder lives.
class Lease {
public:
    using Notice = std::function<void(std::string_view)>;

    /// A lease that protects nothing: of a store to which nothing can be written.
    explicit Lease(std::uint64_t epoch) : epoch_(epoch) {}
    Lease(std::string name, FileDescriptor file, std::uint64_t epoch, StoreLayout layout,
          std::shared_ptr<FileSystem> files, Notice notice);
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    /// Removes the file and what is left of its staging folder. What cannot be removed is told to
    /// `notice` and swept by a later gc, since by then the kernel lock is free.
    ~Lease();

    std::uint64_t epoch() const noexcept { return epoch_; }
    /// A new draft's folder below staging/<lease>/; not yet made.
    std::filesystem::path new_staging_folder() const;

private:
    void give_back();

    std::string name_;
    FileDescriptor file_;
    std::uint64_t epoch_ = 0;
    StoreLayout layout_;
    std::shared_ptr<FileSystem> files_;
    Notice notice_;
};

/// The leases of one open store. Safe to use from many threads.
class LeaseManager {
public:
    /// `may_go_without`: where no lease can be written, read without protection and say so once.
    LeaseManager(StoreLayout layout, std::shared_ptr<FileSystem> files, Catalog& catalog,
                 Lease::Notice notice, bool may_go_without);

    /// A lease of the epoch that the catalogue has now; what one process opens at one epoch shares
    /// one. No transaction may be open in this thread, and nothing that the holder relies on may
    /// have been read before.
    std::shared_ptr<const Lease> take();

private:
    std::shared_ptr<const Lease> make();
    std::shared_ptr<const Lease> make_file(const std::string& name);
    std::shared_ptr<const Lease> go_without(std::string_view problem);

    StoreLayout layout_;
    std::shared_ptr<FileSystem> files_;
    Catalog& catalog_;
    Lease::Notice notice_;
    bool may_go_without_;
    std::mutex mutex_;
    std::weak_ptr<const Lease> current_;
    bool said_so_ = false;
};

/// The epochs of all leases whose holders live, a lease without a number counting as 0.
/// With `sweep`, removes those of dead processes and their staging folders.
std::vector<std::uint64_t> living_leases(const StoreLayout& layout, FileSystem& files, bool sweep);

} // namespace vitrine
