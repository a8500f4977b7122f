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

/// Protects files of a store from gc: its holder may need every file that gc marked after the
/// lease's epoch. It is a file below leases/ that contains this number, and its holder has it
/// locked by the kernel as long as it lives.
class Lease {
public:
    using Warn = std::function<void(std::string_view)>;

    /// A lease that protects nothing, for a store that cannot be written to.
    explicit Lease(std::uint64_t epoch) : epoch_(epoch) {}
    Lease(std::string name, FileDescriptor file, std::uint64_t epoch, StoreLayout layout,
          std::shared_ptr<FileSystem> files, Warn warn);
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    /// Removes the file and its staging folder. If that fails, calls `warn`; a later gc removes
    /// them, since the kernel lock is free then.
    ~Lease();

    std::uint64_t epoch() const noexcept { return epoch_; }
    /// The path of a new draft's folder below staging/<lease>/. Does not create it.
    std::filesystem::path new_staging_folder() const;

private:
    void remove_files();

    std::string name_;
    FileDescriptor file_;
    std::uint64_t epoch_ = 0;
    StoreLayout layout_;
    std::shared_ptr<FileSystem> files_;
    Warn warn_;
};

/// The leases of one open store. Safe to use from many threads.
class LeaseManager {
public:
    /// `allow_unprotected`: if no lease can be written, read without protection, and warn once.
    LeaseManager(StoreLayout layout, std::shared_ptr<FileSystem> files, Catalog& catalog,
                 Lease::Warn warn, bool allow_unprotected);

    /// Returns a lease of the catalogue's current epoch; all callers at one epoch share it. This
    /// thread must not have a transaction open, and must read everything that the lease should
    /// protect after the call. Throws: IoError, DatabaseError.
    std::shared_ptr<const Lease> take();

private:
    std::shared_ptr<const Lease> create();
    std::shared_ptr<const Lease> create_file(const std::string& name);
    std::shared_ptr<const Lease> create_unprotected(std::string_view problem);

    StoreLayout layout_;
    std::shared_ptr<FileSystem> files_;
    Catalog& catalog_;
    Lease::Warn warn_;
    bool allow_unprotected_;
    std::mutex mutex_;
    std::weak_ptr<const Lease> current_;
    bool warned_ = false;
};

/// The epochs of all leases whose holders live; 0 for a lease without a number. With `sweep`, also
/// removes the leases of dead processes and their staging folders. Throws: IoError.
std::vector<std::uint64_t> live_leases(const StoreLayout& layout, FileSystem& files, bool sweep);

} // namespace vitrine
