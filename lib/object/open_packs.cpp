// SPDX-License-Identifier: MIT
#include "object/open_packs.hpp"

#include "core/linkless.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

/// At most this many packs are open, and at most this part of the descriptors of the process.
constexpr std::size_t kMaxOpen = 64;
constexpr std::size_t kPartOfDescriptors = 8;

std::size_t max_open() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return kMaxOpen;
    }
    return std::clamp<std::size_t>(limit.rlim_cur / kPartOfDescriptors, 1, kMaxOpen);
}

} // namespace

std::filesystem::path OpenPacks::path_of(const Sha256& pack) const {
    return folder_ / (pack.hex() + ".pack");
}

std::shared_ptr<const OpenPacks::Pack> OpenPacks::open(const Sha256& pack) {
    const std::lock_guard lock(mutex_);
    const auto known = slots_.find(pack);
    if (known != slots_.end()) {
        known->second.used = ++clock_;
        return known->second.pack;
    }
    std::filesystem::path path = path_of(pack);
    FileDescriptor file = open_linkless(path);
    const std::uint64_t size = file_size(file, path);
    auto opened = std::make_shared<const Pack>(
        Pack{std::move(path), std::make_shared<const FileDescriptor>(std::move(file)), size});
    if (slots_.size() >= max_open()) {
        drop_oldest();
    }
    slots_[pack] = {opened, ++clock_};
    return opened;
}

void OpenPacks::drop_oldest() {
    slots_.erase(std::min_element(slots_.begin(), slots_.end(), [](const auto& a, const auto& b) {
        return a.second.used < b.second.used;
    }));
}

void OpenPacks::forget(const Sha256& pack) {
    const std::lock_guard lock(mutex_);
    slots_.erase(pack);
}

} // namespace vitrine
