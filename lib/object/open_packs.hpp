// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

namespace vitrine {

/// Keeps the packs open that were read last, so that reading a small object takes one system call.
/// A pack that was deleted since can still be read. Safe to use from many threads.
class OpenPacks {
public:
    /// A pack that is open for reading.
    struct Pack {
        std::filesystem::path path;
        std::shared_ptr<const FileDescriptor> file;
        std::uint64_t size = 0;
    };

    explicit OpenPacks(std::filesystem::path folder) : folder_(std::move(folder)) {}

    std::filesystem::path path_of(const Sha256& pack) const;
    /// Throws: IoError, with the code NotFound if there is no such file.
    std::shared_ptr<const Pack> open(const Sha256& pack);
    /// Forgets a pack that was removed or replaced.
    void forget(const Sha256& pack);

private:
    struct Slot {
        std::shared_ptr<const Pack> pack;
        std::uint64_t used = 0; ///< when it was last opened here
    };

    void drop_oldest();

    std::filesystem::path folder_;
    std::mutex mutex_;
    std::map<Sha256, Slot> slots_;
    std::uint64_t clock_ = 0;
};

} // namespace vitrine
