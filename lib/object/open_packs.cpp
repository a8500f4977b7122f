// SPDX-License-Identifier: MIT
#include "object/open_packs.hpp"

#include "core/descriptor_share.hpp"
#include "core/linkless.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kMaxOpen = 64;

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
    if (slots_.size() >= descriptor_share(kMaxOpen)) {
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
